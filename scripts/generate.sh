#!/usr/bin/env bash
# Writes what is generated: the API's shapes from botocore's service model, and docs/api-coverage.md from the handlers.
#
#   scripts/generate.sh           writes into the tree
#   scripts/generate.sh --check   writes elsewhere, and fails when the tree differs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
check=no
[ "${1:-}" != --check ] || check=yes
generated=Sources/ElastiCacheAPI/Generated
coverage=docs/api-coverage.md

scripts/venv.sh
scratch="$(mktemp -d "${TMPDIR:-/tmp}/elastane-generate.XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
.venv/bin/python - "$scratch/service-2.json" <<'END'
import gzip
import pathlib
import sys

import botocore

model = pathlib.Path(botocore.__file__).parent / "data/elasticache/2015-02-02/service-2.json.gz"
pathlib.Path(sys.argv[1]).write_bytes(gzip.decompress(model.read_bytes()))
END

if [ "$check" = yes ]; then
    bin="$(swift build --show-bin-path)"
    mkdir "$scratch/Generated"
    "$bin/generate-api" "$scratch/service-2.json" "$scratch/Generated"
    "$bin/elastane" api-coverage >"$scratch/api-coverage.md"
    diff -ru "$generated" "$scratch/Generated" || { echo "$generated is not what the generator writes: run make generate" >&2; exit 1; }
    diff -u "$coverage" "$scratch/api-coverage.md" || { echo "$coverage is out of date: run make generate" >&2; exit 1; }
    echo "generated files are up to date"
    exit 0
fi
mkdir -p "$generated" docs
swift build --product generate-api
"$(swift build --show-bin-path)/generate-api" "$scratch/service-2.json" "$generated"
swift build --product elastane
"$(swift build --show-bin-path)/elastane" api-coverage >"$scratch/api-coverage.md"
mv "$scratch/api-coverage.md" "$coverage"
echo "wrote $generated and $coverage"
