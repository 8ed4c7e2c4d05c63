#!/usr/bin/env bash
# Builds the optimised `elastane`, unless it is newer than all its sources, and installs what the build needs.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
. scripts/system-packages.sh
. scripts/progress.sh

binary=.build/release/elastane
stamp=.build/elastane-release.stamp  # The binary's own date won't do: a build that changes nothing leaves it alone.

if [ -x "$binary" ] && [ -e "$stamp" ] && [ -z "$(find Package.swift Sources -newer "$stamp" -print -quit)" ]; then
    exit 0
fi
need_swift
need_sqlite_headers
mkdir -p .build
begun="$(mktemp .build/elastane-release.XXXXXX)"  # Sources that change during the build are newer than this.
trap 'rm -f "$begun"' EXIT
# With Swift's own libraries in it, where the toolchain has them: it then runs on machines without Swift, and starts sooner.
static=()
if [ -d "$(dirname "$(readlink -f "$(command -v swift)")")/../lib/swift_static" ]; then static=(--static-swift-stdlib); fi
with_progress "Building Elastane, optimised (the first time takes some minutes)" .build/logs/release-build.log \
    swift build -c release --product elastane "${static[@]}"
mv "$begun" "$stamp"
