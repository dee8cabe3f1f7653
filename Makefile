# 法援在线: every command of the project. `make help` lists them.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check
COMPILE := .venv/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links
CODE := shared services deploy bench tests
export PATH := $(CURDIR)/.venv/bin:$(PATH)
unexport PYTHONDONTWRITEBYTECODE # dozens of processes start the same code

RUNTIME := .venv/.runtime-installed
DEVELOPMENT := .venv/.development-installed
PACKAGES := frontend/node_modules/.installed
ASSETS := shared/web/static/dist/.built
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
TESTED := $(shell find $(CODE) workflows docs/clauses.csv -type f -not -name '*.pyc' -not -path '*/dist/*' 2>/dev/null)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

run: setup ## try the system: one process, no server, no settings; prints the address and the accounts
	@exec python -m services run

stack: setup ## the full stack: PostgreSQL, RabbitMQ, nginx, nine web and nine worker processes
	@deploy/needs.sh postgresql rabbitmq nginx
	@exec python -m deploy.stack

demo: $(RUNTIME) ## one case from application to archive, against whichever system runs
	@exec python -m demo

test: ready-for-tests static ## everything, from unit to browser, on real servers of its own (about 8 minutes on two cores)
	@mkdir -p var
	python -m pytest -n 2 --dist worksteal --record-clauses var/clauses.json

check: $(DEVELOPMENT) $(ASSETS) static ## quick: linters, types, borders, tests without servers, browser and journeys (about two minutes)
	python -m pytest -n 2 -m "not servers and not browser and not journey"

static: $(DEVELOPMENT)
	ruff check .
	ruff format --check .
	mypy $(CODE)
	lint-imports

ready-for-tests: $(DEVELOPMENT) $(ASSETS)
	@deploy/needs.sh --install chromium fonts nginx \
		$(if $(TEST_DATABASE_URL),,postgresql) $(if $(TEST_AMQP_URL),,rabbitmq)
	@deploy/needs.sh --wish light-chromium

clauses: var/clauses.json ## which numbered clauses of the source documents have a passing test
	@python -m tests.clauses_report var/clauses.json

var/clauses.json: $(TESTED) | ready-for-tests
	@mkdir -p var
	-python -m pytest -n 2 --dist worksteal -m clause --record-clauses $@ >&2

bench: $(RUNTIME) ## how fast it is, into docs/performance.md; ONLY=name measures one figure
	@exec python -m bench $(ONLY)

lint-models: $(PACKAGES) ## the process diagrams, checked with the editor's own rules
	npm --prefix frontend run lint-models

reference: $(RUNTIME) ## write the pages that are made from the code: docs/feel.md, events.md, elements.md, api.md
	@python -m shared.feel.reference
	@python -m shared.contracts.documentation
	@python -m tests.workflows.listing
	@python -m tests.services.workflow.v2.listing
	@python -m tests.services.workflow.v2.page

verify-history: $(RUNTIME) ## look for changed bytes in the hash-chained history and access log
	@exec python -m services verify-history

buried: $(RUNTIME) ## messages that were put aside; REPLAY=review delivers those of a service once more
	@exec python -m services buried $(if $(REPLAY),--replay $(REPLAY))

rotate-keys: $(RUNTIME) ## a new key for personal data; everything is sealed anew while the system runs
	@exec python -m services rotate-keys

rotate-signing-key: $(RUNTIME) ## a new key for tokens: published now, signs ten minutes later
	@exec python -m services rotate-signing-key

retire-keys: $(RUNTIME) ## forget old keys that nothing names any more: a week after their rotation
	@exec python -m services retire-keys

setup: $(RUNTIME) $(ASSETS) ## install what `make run` needs, into this folder only

system-packages: ## install the servers and the browser that the tests need (root on Debian)
	@deploy/needs.sh --install make python node postgresql rabbitmq nginx chromium fonts

secrets: ## passwords for docker-compose.yml, into var/secrets
	@deploy/make-secrets.sh var/secrets

lock: $(DEVELOPMENT) ## write the lock files after a change of requirements*.in
	$(COMPILE) --output-file requirements.lock requirements.in
	$(COMPILE) --output-file requirements-dev.lock requirements-dev.in

format: $(DEVELOPMENT) ## lay out the Python code
	ruff check --fix-only .
	ruff format .

clean: ## remove what was installed and built here; the data in var/ stay
	rm -rf .venv frontend/node_modules shared/web/static/dist

$(RUNTIME): requirements.lock
	@PYTHON="$(PYTHON)" deploy/needs.sh python
	$(PYTHON) -m venv --clear .venv
	$(PIP) install --quiet --require-hashes -r requirements.lock
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements-dev.lock
	$(PIP) install --quiet --require-hashes -r requirements.lock -r requirements-dev.lock
	@touch $@

$(PACKAGES): frontend/package.json frontend/package-lock.json
	@deploy/needs.sh node
	npm --prefix frontend ci --ignore-scripts --no-audit --no-fund
	@touch $@

$(ASSETS): $(PACKAGES) $(FRONTEND)
	npm --prefix frontend run build
	@touch $@

.PHONY: help run stack demo test check static ready-for-tests clauses bench lint-models reference
.PHONY: verify-history buried rotate-keys rotate-signing-key retire-keys setup system-packages secrets lock format clean
