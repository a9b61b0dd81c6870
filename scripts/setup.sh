#!/usr/bin/env bash
# Virtual environment and pinned packages: `scripts/setup.sh run|dev`. Does nothing where all is there already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in
    run) list=requirements.txt ;;
    dev) list=requirements-dev.txt ;;
    *) echo "usage: scripts/setup.sh run|dev" >&2; exit 2 ;;
esac
sum=$(cksum < "$list")

fail() { printf 'Set-up failed: %s\n' "$*" >&2; exit 1; }
is_done() { [ -x .venv/bin/python ] && [ "$(cat ".venv/$1.done" 2>/dev/null)" = "$2" ]; }

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    fail "Python 3.11 or newer was not found. Install it (Debian: apt-get install python3 python3-venv), or name it: make run PYTHON=/path/to/python3."
}

all_there() { is_done "$1" "$sum" || { [ "$1" = run ] && is_done dev "$(cksum < requirements-dev.txt)"; }; }

all_there "$1" && exit 0
if command -v flock > /dev/null; then # two `make` at once: the second waits
    exec 9> .venv.lock || fail "this folder cannot be written to ($PWD): make it yours, or copy it."
    flock 9
fi
all_there "$1" && exit 0
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$(find_python)
    echo "Set-up: virtual environment with $("$python" --version) in .venv/"
    rm -rf .venv
    "$python" -m venv .venv ||
        fail "'$python -m venv .venv' did not work. On Debian: apt-get install python3-venv, then try again."
fi
echo "Set-up: installing the pinned packages of $list (a minute or two at the first time)"
# --no-deps: the list is complete; else pip asks for `name[extra]` anew and stops at versions younger than the list
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-deps --require-hashes -r "$list" ||
    fail "pip could not install $list: see its lines above. It needs PyPI or a mirror of it (PIP_INDEX_URL)."
printf '%s\n' "$sum" > ".venv/$1.done"
