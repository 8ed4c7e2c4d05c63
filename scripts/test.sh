#!/usr/bin/env bash
# All tests, from a fresh clone: installs what is missing, checks the sources, builds, and runs the rooms' tests (Swift
# Testing), the contract tests (real clients, pytest), and a few minutes of the chaos suite.
#
#   ELASTANE_BINARY    the binary that the contract tests run (.build/debug/elastane)
#   CONTRACT_WORKERS   how many contract test modules run side by side (2)
#   CHAOS_LENGTH       seconds of chaos (150)
#   CHAOS_SEED         its seed (57, whose first worlds have every kind of group and engine): the same run every time, so that a failure
#                      is somebody's change; `make chaos` takes others
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/system-packages.sh
logs=.build/logs
mkdir -p "$logs"
failed=()
summary=()

# step NAME COMMAND...: shows the command's output, keeps it in a log, and notes a failure.
step() {
    local name="$1" start="$SECONDS"
    shift
    echo "==> $name"
    "$@" </dev/null 2>&1 | tee "$logs/$name.log"
    if [ "${PIPESTATUS[0]}" -eq 0 ]; then
        summary+=("ok      $name, $((SECONDS - start)) s")
    else
        summary+=("FAILED  $name, $((SECONDS - start)) s: $logs/$name.log")
        failed+=("$name")
        return 1
    fi
}

closing_line() { grep -aE "$2" "$logs/$1.log" 2>/dev/null | tail -n 1; }

finish() {
    echo
    echo "==> Summary"
    printf '    %s\n' "${summary[@]}"
    # What the runners said last, where people and machines look for it.
    closing_line rooms 'Test run with [0-9]+ tests?'
    closing_line chaos '^(all held|FAILED)'
    closing_line contract '^=+ .*(passed|failed|error|no tests ran).* =+$'
    [ "${#failed[@]}" -eq 0 ] || { echo "Failed: ${failed[*]}" >&2; exit 1; }
    exit 0
}

install() {
    need_swift && need_sqlite_headers && need_engine && want_memcached && want_packet_filter && need_curl && need_python && scripts/venv.sh && scripts/fetch-engines.sh --valkey-tls
}

# One test after the other: many start processes and measure time, and would starve each other on few cores.
# Without the thousands of lines that say what has begun: what failed and what passed is enough. (pipefail keeps the verdict.)
rooms() {
    swift test --skip-build --no-parallel 2>&1 | grep -av '^◇ '
}

contract() {
    # A missing build fails the tests that need it instead of skipping them.
    ELASTANE_REQUIRE_ENGINES=1 .venv/bin/python -m pytest Tests/Contract -c Tests/Contract/pytest.ini -p no:cacheprovider \
        -n "${CONTRACT_WORKERS:-2}" --dist loadfile --durations=10
}

chaos() {
    LENGTH="${CHAOS_LENGTH:-150}" SEED="${CHAOS_SEED:-57}" scripts/chaos.sh
}

step install install || finish
step lint scripts/lint.sh
step build swift build --build-tests --explicit-target-dependency-import-check error || finish
step rooms rooms
step generated scripts/generate.sh --check
step contract contract
step chaos chaos
finish
