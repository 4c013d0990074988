# SPDX-License-Identifier: Apache-2.0
#
# A thin front: what is built stands in meson.build, what is checked in tools/check.py.

.DEFAULT_GOAL := help
.PHONY: help setup build demo deb sbom check check-full conformance bench format lint clean

help: ## say what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is missing for building (Debian packages, Node, npm packages)
	@tools/setup.sh build

build: setup ## build the program: build/release/src/cli/holdfast
	@tools/build.sh

demo: build ## load the demonstration nation and open the program in it
	@tools/demo.sh

deb: ## build a package for Debian: build/holdfast_VERSION_ARCHITECTURE.deb
	@tools/setup.sh deb
	@packaging/deb.sh

sbom: build ## list the parts of the program (CycloneDX): build/holdfast.cdx.json
	@python3 tools/sbom.py build/release -o build/holdfast.cdx.json

check: ## all that a change must pass (at most 25 minutes on two cores)
	@tools/setup.sh check
	@python3 tools/check.py

check-full: ## everything, before a piece of work is called done
	@tools/setup.sh full
	@python3 tools/check.py --full

conformance: build ## hold the API against a stranger's fuzzer (installs it from PyPI, under build/)
	@tools/setup.sh conformance
	@tools/conformance.sh build/release/src/cli/holdfast

bench: build ## measure the promised figures beside their peers (BENCH=--quick for a first look)
	@tools/setup.sh bench
	@bench/run $(BENCH)

format: ## rewrite the C sources in the house's form
	@git ls-files -z '*.c' '*.h' | xargs -0 clang-format-14 -i

lint: ## folders, banned calls and the other things that must never slip
	@python3 tools/lint.py

clean: ## remove all that was built (not what was installed)
	@rm -rf build web/dist
