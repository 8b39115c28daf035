SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

SOURCES := Package.swift Sources Tests Examples/Package.swift Examples/Sources Examples/Tests Benchmarks/Package.swift \
	Benchmarks/Benchmarks Benchmarks/Drivers Benchmarks/ParsingWork Benchmarks/Registration Benchmarks/Rows
FUZZ_SECONDS ?= 60
# What of Sluice needs further libraries; a plain `swift build` goes without.
TRAITS := --enable-all-traits
MAN_CONFIGURATION ?= release
# The release that `make api-changes` compares with.
BASELINE ?= $(shell git describe --tags --abbrev=0 2>/dev/null || echo HEAD)

.PHONY: help test test-long demo docs examples man conformance scaling bench bench-counts bench-layers bench-fetch fuzz lint format packages api-changes clean

help: ## Shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

packages: ## Installs the Debian packages that building and testing need
	@.ci/install-packages build test

test: ## Builds and runs every test, the sanitizers, a short fuzz run and the linter
	@Tests/Scripts/run_tests.sh

test-long: ## The same, trying all where tests sample, also the kernels for NEON, with 60 s for each fuzz target and 200 kills of a running fetch
	@Tests/Scripts/run_tests.sh --long

demo: ## Serves 2,000 generated mails over TLS, drains and parses them, and says what it did
	@.ci/install-packages build
	@swift build -c release $(TRAITS) --product sluice
	@"$$(swift build -c release $(TRAITS) --show-bin-path)/sluice" demo

docs: ## Builds the documentation of POP3, POP3Wire and MIME; a warning is an error
	@.ci/install-packages build
	@mkdir -p .build/documentation
	@for target in POP3 POP3Wire MIME; do \
		SLUICE_DOCS=1 swift package --scratch-path .build/docs --allow-writing-to-directory .build/documentation \
			generate-documentation --target $$target --warnings-as-errors \
			--output-path .build/documentation/$$target; \
	done

examples: ## Builds and runs the examples for users with their own transport
	@.ci/install-packages build
	@swift test --package-path Examples

man: ## Writes the man page, .build/man/sluice.1
	@.ci/install-packages build
	@mkdir -p .build/man
	@swift package $(TRAITS) --allow-writing-to-directory .build/man generate-manual \
		--configuration $(MAN_CONFIGURATION) --output-directory .build/man </dev/null

bench: ## Measures parsing beside other parsers, and writes Benchmarks/report
	@.ci/install-packages build test bench
	@Benchmarks/runner/bench.py

bench-counts: ## Counts instructions and allocations of each layer, and holds them against thresholds
	@.ci/install-packages build bench
	@Benchmarks/runner/counts.py

bench-layers: ## Measures each layer by itself: kernels, wire scan, header fields, both parsers, sessions
	@.ci/install-packages build bench
	@swift package --package-path Benchmarks benchmark --no-progress --grouping metric

bench-fetch: ## Measures a drain from Dovecot beside mpop, curl, poplib and others
	@.ci/install-packages build test bench
	@swift build -c release $(TRAITS) --product sluice
	@Benchmarks/fetch/bench_fetch.py --sluice "$$(swift build -c release $(TRAITS) --show-bin-path)/sluice"

fuzz: ## Runs each fuzz target for FUZZ_SECONDS (60)
	@.ci/install-packages build
	@Fuzz/run --seconds $(FUZZ_SECONDS)

conformance: ## Counts agreement with other parsers: the corpora, and 10,000 damaged messages beside GMime and Python
	@.ci/install-packages build test
	@swift build -c release $(TRAITS) --product sluice
	@sluice="$$(swift build -c release $(TRAITS) --show-bin-path)/sluice"; \
		Tests/Conformance/conformance.py --sluice "$$sluice"; \
		Tests/Differential/differential.py --sluice "$$sluice"

scaling: ## Shows that hostile messages cost no more than their size, whole and in pieces: time for each byte at 1x and 16x
	@.ci/install-packages build
	@swift build -c release $(TRAITS) --product scaling-driver
	@Tests/Scaling/scaling.py --driver "$$(swift build -c release $(TRAITS) --show-bin-path)/scaling-driver"

api-changes: ## Lists what breaks the public interface since BASELINE, a tag or commit
	@swift package diagnose-api-breaking-changes "$(BASELINE)"

lint: ## Checks the format of every Swift file
	@swift format lint --strict --parallel -r $(SOURCES)

format: ## Formats every Swift file
	@swift format --in-place --parallel -r $(SOURCES)

clean: ## Removes everything that was built
	@rm -rf .build Benchmarks/.build Examples/.build
