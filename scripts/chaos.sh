#!/usr/bin/env bash
# Tries to break the service: random operations and faults on real engines under load, and a fault at every named step.
# Prints the seed first; with it a run is repeated.
#
#   LENGTH            seconds, about (180)
#   SEED              repeats a run (a random one)
#   WORLD             runs this world of the seed alone, as a failure says
#   STEPS             all: a fault before and after every step, in every way; none; or a part of a case's name, as a failure says
#   PARTIAL=1         leaves out what the binary lacks, instead of failing
#   VERBOSE=1         prints each action when it is done
#   ELASTANE_BINARY   the binary to attack (.build/debug/elastane)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/system-packages.sh
need_engine
need_python
scripts/venv.sh
scripts/fetch-engines.sh --valkey-tls
if [ -z "${ELASTANE_BINARY:-}" ]; then
    swift build --product elastane --explicit-target-dependency-import-check error
fi

# What judges the service is judged first.
.venv/bin/python -m pytest Tests/Chaos -c Tests/Contract/pytest.ini -p no:cacheprovider -q

options=(--length "${LENGTH:-180}")
[ -z "${SEED:-}" ] || options+=(--seed "$SEED")
[ -z "${WORLD:-}" ] || options+=(--world "$WORLD")
[ -z "${STEPS:-}" ] || options+=(--steps "$STEPS")
[ -z "${PARTIAL:-}" ] || options+=(--partial)
[ -z "${VERBOSE:-}" ] || options+=(--verbose)
exec .venv/bin/python Tests/Chaos/chaos.py "${options[@]}"
