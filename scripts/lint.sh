#!/usr/bin/env bash
# Formatting and naming as .swift-format has them, scripts that parse, and no unlisted task.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
find Package.swift Sources Tests -name '*.swift' -print0 | xargs -0 swift format lint --strict --parallel
for script in scripts/*.sh Benchmarks/*.sh .ci/run; do bash -n "$script"; done
python3 - <<'END'
import ast
import pathlib

for path in [*pathlib.Path("Tests/Contract").glob("*.py"), *pathlib.Path("Tests/Chaos").glob("*.py"), *pathlib.Path("Benchmarks").glob("*.py")]:
    ast.parse(path.read_text(), str(path))
END
scripts/check-tasks.sh
