#!/bin/sh
# Makes .venv with everything that running and testing need, from the hash-pinned lock.
# Repeats in a second when nothing changed; says plainly what is missing where it may not install it.
set -eu
cd "$(dirname "$0")/.."

find_python() {
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

install_debian() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
    echo "Installation de $* (paquets Debian)..."
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

python=$(find_python) || { install_debian python3 python3-venv && python=$(find_python); } || {
    echo "Il manque Python 3.11 ou plus récent. Sur Debian : sudo apt-get install python3 python3-venv" >&2
    exit 1
}
"$python" -c 'import venv, ensurepip' >/dev/null 2>&1 || install_debian python3-venv || {
    echo "Il manque le module venv de Python. Sur Debian : sudo apt-get install python3-venv" >&2
    exit 1
}

# WeasyPrint draws the letters with Pango; the browser tests drive Chromium. Neither is needed for the commands.
missing=""
for library in libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz-subset.so.0; do
    ldconfig -p 2>/dev/null | grep -q "$library" || missing="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
done
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # a list of packages
    install_debian $missing || echo "Il manque, pour les lettres ou les essais au navigateur : $missing (paquets Debian)." >&2
fi

compile_sources() {  # so that commands start fast also where Python may not write beside its sources
    .venv/bin/python -m compileall -q atmp_insure || true
}

wanted=$(cat pyproject.toml requirements-dev.lock .ci/setup.sh | sha256sum | cut -d' ' -f1)
stamp=.venv/setup-stamp
if [ -x .venv/bin/atmp ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted $PWD" ] && .venv/bin/python -c '' 2>/dev/null; then
    compile_sources
    exit 0
fi

echo "Préparation de l'environnement (.venv) avec $("$python" --version)..."
rm -rf .venv
"$python" -m venv .venv
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
.venv/bin/python -m pip install -qq --require-hashes --only-binary :all: -r requirements-dev.lock || {
    rm -rf .venv
    echo "Les bibliothèques épinglées de requirements-dev.lock n'ont pas pu être installées (réseau, index de paquets ?)." >&2
    exit 1
}
.venv/bin/python -m pip install -qq --no-deps --no-build-isolation --editable .
printf '%s\n' "$wanted $PWD" > "$stamp"
compile_sources
