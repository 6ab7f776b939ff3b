SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench setup

help: ## List these targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

demo: ## Build everything and serve the demonstration
	@scripts/demo.sh

test: ## Run every check: lints, native tests, both browsers, the browser journey
	@scripts/test.sh

lint: ## Check the formatting and run clippy, native and WebAssembly
	@scripts/setup.sh wasm
	@scripts/lint.sh

bench: ## Run the benchmarks
	@scripts/bench.sh

setup: ## Find or install everything that the other targets need
	@scripts/setup.sh wasm chromium firefox jsc readers pkg-template tests/npm/engine www tests/browser
