SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test test-quick lint bundlers lighthouse frameworks next audit rooms bench spark mutants fuzz setup

help: ## List these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

demo: ## Build everything and serve the demonstration
	@scripts/demo.sh

test: ## Run every check: lints, native tests, both browsers, the browser journey
	@scripts/test.sh

test-quick: ## Run the lints and the native tests, which take a minute or so where most is built
	@scripts/test.sh quick

lint: ## Check the formatting and run the lints of all languages
	@scripts/setup.sh lints
	@scripts/lint.sh

bundlers: ## Try the packed npm package in bundlers, Jest and workerd, whose 410 MB this installs
	@scripts/setup.sh wasm pkg-template pkg-template/reference tests/npm/bundlers
	@scripts/assemble-package.sh
	@npm --prefix tests/npm/bundlers test

lighthouse: ## Measure how fast the pages are, by Lighthouse and on a throttled network; needs a machine that does nothing else
	@scripts/setup.sh wasm chromium pkg-template pkg-template/reference www tests/lighthouse
	@scripts/assemble-package.sh
	@npm --prefix www run --silent build
	@cargo build --release --features cli
	@npm --prefix tests/lighthouse test

frameworks: ## Build the uni-app, Taro and mpx samples from the packed npm package and run them; this installs 860 MB
	@scripts/setup.sh wasm chromium readers pkg-template pkg-template/reference tests/browser tests/npm/hosts \
		tests/npm/frameworks/uni-app tests/npm/frameworks/taro tests/npm/frameworks/mpx
	@scripts/assemble-package.sh
	@cargo build --release --features cli
	@npm --prefix tests/npm/frameworks test

next: ## Build the Next sample from the packed npm package and run it; this installs 370 MB
	@scripts/setup.sh wasm chromium readers pkg-template pkg-template/reference tests/browser tests/npm/hosts \
		tests/npm/frameworks/next
	@scripts/assemble-package.sh
	@cargo build --release --features cli
	@npm --prefix tests/npm/frameworks run next

audit: ## Check the dependencies: licences, duplicates, vulnerabilities, and the oldest Rust
	@scripts/setup.sh audit
	@scripts/audit.sh

rooms: ## Print which room of the sources uses which, and that there is no circle
	@cargo test --quiet --test architecture -- --nocapture built_as

bench: ## Run the benchmarks
	@scripts/bench.sh

spark: ## Run the Spark job over people that are made up, against one process (500 MB of PySpark; PEOPLE=1000000 for more)
	@scripts/spark.sh $(PEOPLE)

mutants: ## Break the code in a thousand places and list what no test notices (a night; MUTANTS="--shard 1/8" for a part)
	@scripts/mutants.sh $(MUTANTS)

fuzz: ## Fuzz every reader of bytes from outside, a minute each (SECONDS_EACH=600 for ten)
	@scripts/fuzz.sh

setup: ## Find or install everything that the other targets need
	@scripts/setup.sh wasm wasm-pack lints chromium firefox webkit jsc readers pkg-template pkg-template/reference \
		tests/npm/engine www tests/browser tests/certlogic tests/npm/hosts
	@echo 'source scripts/env.sh puts the tools on your PATH; then wasm-pack and cargo work as their books say.'
