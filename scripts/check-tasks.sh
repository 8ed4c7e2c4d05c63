#!/usr/bin/env bash
# No task without an owner: `Task {` may stand only in the files that scripts/tasks.allow lists, each with its reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
allowed="$(sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' scripts/tasks.allow)"
found="$(grep -rlE '(^|[^A-Za-z_.])Task(\.detached|\.immediate)?[[:space:]]*(<[^>]*>)?[[:space:]]*(\([^)]*\))?[[:space:]]*\{' --include='*.swift' Sources || true)"
unlisted="$(comm -23 <(sort -u <<<"$found") <(sort -u <<<"$allowed"))"
if [ -n "$unlisted" ]; then
    echo "Unstructured tasks outside scripts/tasks.allow:" >&2
    sed 's/^/    /' <<<"$unlisted" >&2
    exit 1
fi
echo "no unlisted task"
