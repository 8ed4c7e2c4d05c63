#!/usr/bin/env bash
# Makes .venv with the pinned clients of the contract tests, or brings it up to date.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/system-packages.sh
requirements=Tests/Contract/requirements.txt
if [ -x .venv/bin/python ] && cmp -s "$requirements" .venv/requirements.txt; then
    exit 0
fi
need_python
python3 -m venv --clear .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$requirements"
cp "$requirements" .venv/requirements.txt
