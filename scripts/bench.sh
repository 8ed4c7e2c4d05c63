#!/usr/bin/env bash
# Measures Elastane beside what a user would otherwise do, in the same run: a table, and bench-results.json.
#
#   scripts/bench.sh [--quick] [--only creation,cluster,describe,access,cold-start,rto,idle]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/system-packages.sh
. scripts/progress.sh
need_engine
need_python
need_wrk
scripts/build-release.sh

# The peer that answers the same API without engines. Without it those columns are missing, and it says so.
venv=.build/bench-venv
if ! cmp -s Benchmarks/requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    if with_progress "Installing the peer (moto)" .build/logs/bench-venv.log \
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r Benchmarks/requirements.txt; then
        cp Benchmarks/requirements.txt "$venv/requirements.txt"
    else
        echo "!!! The peer moto could not be installed: its figures will be MISSING from this run." >&2
    fi
fi
exec "$venv/bin/python" Benchmarks/bench.py "$@"
