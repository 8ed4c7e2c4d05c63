# `make run` and `make test` are all a newcomer needs; each target is a script of its name.
.DEFAULT_GOAL := help
.PHONY: help run test chaos bench build generate format lint clean

help:  ## Show this list
	@sed -n 's/^\([a-z]*\):  *## /  \1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name text; do printf '  make %-10s %s\n' $$name "$$text"; done

run:  ## Build, start the service, create a first replication group and use it (Ctrl-C ends it)
	@scripts/run.sh

test:  ## Run every check and test
	@scripts/test.sh

chaos:  ## Try to break the service: random operations and faults under load; LENGTH=180 SEED=7 repeats a run
	@scripts/chaos.sh

bench:  ## Measure beside the usual alternatives; writes bench-results.json
	@scripts/bench.sh

build:  ## Build for development, with the tests
	swift build --build-tests --explicit-target-dependency-import-check error

generate:  ## Write the API's generated sources and docs/api-coverage.md
	@scripts/generate.sh

format:  ## Format all Swift sources
	find Package.swift Sources Tests -name '*.swift' -print0 | xargs -0 swift format format --in-place --parallel

lint:  ## Check formatting, scripts and the list of tasks
	@scripts/lint.sh

clean:  ## Remove what was built and fetched
	rm -rf .build .venv .engines bench-results.json
