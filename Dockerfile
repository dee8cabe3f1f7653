# Two images from one file: `app` (every service, web and worker, and the migrate job) and `nginx`.

FROM node:20-bookworm-slim AS assets
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM python:3.11-slim-bookworm AS packages
COPY requirements.lock /
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /requirements.lock

FROM python:3.11-slim-bookworm AS app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
# The folders exist in the image so that new volumes belong to the user.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin fayuan \
    && install -d -o fayuan -g fayuan -m 0700 /var/lib/fayuan/keys /var/lib/fayuan/files
COPY --from=packages /opt/venv /opt/venv
WORKDIR /srv/fayuan
COPY Procfile ./
COPY deploy deploy
COPY shared shared
COPY services services
COPY workflows workflows
COPY --from=assets /src/shared/web/static/dist shared/web/static/dist
RUN python -m compileall -q deploy shared services
USER 10001:10001

FROM app AS nginx-settings
ARG OUTER_PROXIES=
RUN python -m deploy.nginx >/tmp/default.conf

FROM nginxinc/nginx-unprivileged:1.28-bookworm AS nginx
COPY --from=nginx-settings /tmp/default.conf /etc/nginx/nginx.conf
COPY --from=assets /src/shared/web/static/dist /usr/share/nginx/static
COPY deploy/pages /usr/share/nginx/pages
