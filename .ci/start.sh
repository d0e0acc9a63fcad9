#!/bin/sh
# Opens the application on this machine: database brought up to date, an invented portfolio once, then the server.
# DEMO=no opens it empty, with a first account.
set -eu
cd "$(dirname "$0")/.."
export ATMP_DATA_DIR="${ATMP_DATA_DIR:-$PWD/var/data}"
port="${PORT:-8000}"
export ATMP_SITE__ADDRESS="${ATMP_SITE__ADDRESS:-http://localhost:$port}"
first="$ATMP_DATA_DIR/first-account.txt"
demonstration="$ATMP_DATA_DIR/demonstration.txt"

.venv/bin/atmp db upgrade
if [ "${DEMO:-yes}" = no ]; then
    if [ ! -f "$first" ]; then
        password=$(.venv/bin/python -c 'import secrets; print("-".join(secrets.token_hex(2) for _ in range(4)))')
        printf '%s\n' "$password" | .venv/bin/atmp user create admin --name "Administrateur" --password-stdin
        (umask 077 && printf 'identifiant : admin\nmot de passe : %s\n' "$password" > "$first")
    fi
elif [ ! -f "$demonstration" ]; then
    .venv/bin/atmp demo > "$demonstration.part"
    mv "$demonstration.part" "$demonstration"
fi

echo
echo "  $ATMP_SITE__ADDRESS"
echo
for signs in "$first" "$demonstration"; do
    if [ -f "$signs" ]; then sed 's/^/  /' "$signs"; fi
done
echo
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && command -v xdg-open >/dev/null 2>&1; then
    (sleep 2 && xdg-open "$ATMP_SITE__ADDRESS" >/dev/null 2>&1 || true) &
fi
exec .venv/bin/atmp serve --host localhost --port "$port"
