#!/bin/sh
# needs.sh [--install | --wish] THING...: look whether the machine has what a command needs.
# THING is one of: make python node postgresql rabbitmq nginx chromium light-chromium fonts.
# What is missing is named with its Debian package; with --install, root on Debian installs it instead;
# with --wish too, and nobody minds when that is not possible.

missing() { # packages of the things that are not here
    for thing in "$@"; do
        case $thing in
        make) command -v make >/dev/null || echo make ;;
        python)
            "${PYTHON:-python3}" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
                >/dev/null 2>&1 || echo python3-venv ;;
        node)
            [ "$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')" -ge 20 ] 2>/dev/null || echo nodejs
            command -v npm >/dev/null || echo npm ;;
        postgresql)
            command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql ;;
        rabbitmq)
            command -v rabbitmq-server >/dev/null || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || echo rabbitmq-server ;;
        nginx) command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || echo nginx-light ;;
        chromium) command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null || echo chromium ;;
        light-chromium) command -v chromium-headless-shell >/dev/null || echo chromium-headless-shell ;;
        fonts) [ -n "$(find /usr/share/fonts "$HOME/.local/share/fonts" -iname '*CJK*' 2>/dev/null)" ] || echo fonts-noto-cjk ;;
        *) echo "needs.sh: unknown thing $thing" >&2 && exit 2 ;;
        esac
    done
}

install='' wish=''
[ "$1" = --install ] && install=yes && shift
[ "$1" = --wish ] && install=yes wish=yes && shift
packages=$(missing "$@") || exit 2
[ -z "$packages" ] && exit 0
packages=$(echo "$packages" | tr '\n' ' ')

if [ "$install" ] && [ "$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then
    echo "正在安装 Installing: $packages"
    # Run level 1: the packages' own servers are not started, we only want their programs.
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
    patience=${wish:+-o Acquire::http::Timeout=20 -o Acquire::Retries=0} # a wish is not waited for
    # shellcheck disable=SC2086 # one word per package and option is meant
    apt-get $patience update -q && apt-get $patience install -q -y --no-install-recommends $packages ||
        [ "$wish" ] || exit 1
    packages=$(missing "$@" | tr '\n' ' ')
    [ -z "$packages" ] && exit 0
fi

[ "$wish" ] && exit 0
echo "缺少软件包 Missing Debian packages: $packages" >&2
echo "请以管理员身份安装 Install them as root: apt-get install $packages" >&2
case $packages in
*python3-venv*) echo "需要 Python 3.11 或更高版本 Python 3.11 or newer with venv is needed (PYTHON=... names another one)." >&2 ;;
esac
case $packages in
*nodejs*) echo "需要 Node.js 20 或更高版本，现有 Node.js 20 or newer is needed, found: $(node --version 2>/dev/null || echo none)." >&2 ;;
esac
exit 1
