#!/usr/bin/env bash
# The suite on SQLite and on PostgreSQL, and how much of the code it runs. With paths: those tests only, no thresholds.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/browser.sh

started=$SECONDS
failed=()
run() {
    local database=$1
    shift
    echo "== tests on $database"
    COVERAGE_FILE=.coverage.$database .venv/bin/python -m pytest --quiet -n "${JOBS:-2}" --dist loadfile --db "$database" "$@"
    local status=$?
    # 5: no test was collected, which is fine where the paths given hold none for this database
    [ $status -eq 0 ] || [ $status -eq 5 ] || failed+=("$database")
}

if [ $# -gt 0 ]; then
    run sqlite "$@"
    run postgres "$@"
else
    rm -f .coverage*
    run sqlite --cov --cov-report=
    run postgres --cov --cov-report=
    echo "== coverage"
    .venv/bin/python scripts/coverage_gate.py || failed+=(coverage)
fi
echo "Tests took $((SECONDS - started)) s."
[ ${#failed[@]} -eq 0 ] || { echo "Failed: ${failed[*]}"; exit 1; }
