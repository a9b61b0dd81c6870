#!/usr/bin/env bash
# The static checks by name: format lint types imports secure strings. All are run; the exit status tells whether all passed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.venv/bin:$PATH"

secure() { # nothing of medium or higher; no secrets (tests are full of made-up ones, docs/configuration.md is made from config.py)
    bandit --quiet --recursive --severity-level medium --configfile pyproject.toml \
        app bench scripts config.py run.py 2> >(grep -v WARNING >&2) &&
        find .ci app bench docs scripts ./*.* Makefile -type f ! -path '*/__pycache__/*' -print0 |
        xargs -0 detect-secrets-hook --exclude-files '^app/static/vendor/|^docs/configuration\.md$'
}

check() {
    case "$1" in
        format) ruff format --check --quiet . || { echo "Not formatted: make fix." && ruff format --check .; false; } ;;
        lint) ruff check --quiet . ;;
        types) mypy --no-error-summary ;;
        imports) lint-imports --verbose > /dev/null 2>&1 || { lint-imports; false; } ;;
        secure) secure ;;
        strings) python scripts/strings.py check ;;
        *) echo "unknown check: $1" >&2; false ;;
    esac
}

failed=()
for name in "$@"; do
    echo "== $name"
    check "$name" || failed+=("$name")
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "Not sure: ${failed[*]}"
    exit 1
fi
echo "Sure: $*"
