SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

BUILD_PACKAGES := libssl-dev libcurl4-openssl-dev libsqlite3-dev libargon2-dev libpq-dev pkg-config
TEST_PACKAGES := python3-venv chromium
REQUIREMENTS := Tests/EndToEnd/requirements.txt
PYTHON := .venv/bin/python
# Generic code of the dependencies is specialised where it is used, and the program runs without a Swift toolchain.
# A profiler unwinds by DWARF: frame pointers take 2 to 3 % of a request's instructions.
# The compiler's profile names functions by the file they are in, wherever that lies.
PLAIN_RELEASE_FLAGS := -c release -Xswiftc -cross-module-optimization --static-swift-stdlib --omit-frame-pointers \
    -Xswiftc -Xllvm -Xswiftc -static-func-full-module-prefix=0
# The compiler is told which Swift code runs often (make profile). It is not told of the C code: where a likelier branch
# takes the place of arithmetic, the time it takes can tell a key.
RELEASE_FLAGS := $(PLAIN_RELEASE_FLAGS) -Xswiftc -Xfrontend \
    -Xswiftc -ir-profile-use=Benchmarks/drawbridge.profdata
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.NOTPARALLEL:
.PHONY: setup packages test-packages build release plain-release-flags run test lint test-swift test-e2e bench profile clean

# Installs those of the Debian packages $(1) that are missing.
define install
@command -v swift >/dev/null || { echo "Swift 6.3 or newer is needed: https://www.swift.org/install" >&2; exit 1; }
@if ! command -v dpkg-query >/dev/null; then echo "Not a Debian system: see to the like of $(1)" >&2; exit 0; fi; \
missing=$$(for package in $(1); do \
    dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || echo $$package; \
done); \
if [ -n "$$missing" ]; then \
    $(SUDO) apt-get update -q; \
    $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
fi
endef

## setup: install the Debian packages and Python wheels that are missing
setup: packages test-packages .venv/.complete

packages:
	$(call install,$(BUILD_PACKAGES))

test-packages:
	$(call install,$(TEST_PACKAGES))

.venv/.complete: $(REQUIREMENTS) | test-packages
	python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r $(REQUIREMENTS)
	touch $@

## build: build the program (debug)
build: packages
	swift build

## release: build the program as it is meant to run, into .build/release
release: packages
	swift build $(RELEASE_FLAGS) --product drawbridge

plain-release-flags:
	@echo $(PLAIN_RELEASE_FLAGS)

## run: build the program and start the sample city
run: build
	.build/debug/drawbridge demo

## test: everything CI runs
test: lint test-swift test-e2e

lint: setup
	swift format lint --strict -r Sources Tests Package.swift
	$(PYTHON) -m ruff check --quiet Tests/EndToEnd
	$(PYTHON) -m ruff format --quiet --check Tests/EndToEnd

test-swift: packages
	swift build --build-tests
	swift test --skip-build

## test-e2e: the built program against providers, clients and browsers of other authors
test-e2e: setup build
	$(PYTHON) -m pytest Tests/EndToEnd -c Tests/EndToEnd/pytest.ini

## bench: measure whole flows against a release build
bench: packages
	$(call install,python3 util-linux)
	Benchmarks/run

## profile: watch the program under load, and tell the compiler (docs/benchmarks.md)
profile: packages
	$(call install,python3 util-linux)
	Benchmarks/profile $(PLAIN_RELEASE_FLAGS)

clean:
	rm -rf .build Benchmarks/.build .venv Tests/EndToEnd/artifacts
