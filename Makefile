SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

BUILD_PACKAGES := libssl-dev libcurl4-openssl-dev libsqlite3-dev libargon2-dev libpq-dev pkg-config
TEST_PACKAGES := python3-venv chromium
REQUIREMENTS := Tests/EndToEnd/requirements.txt
PYTHON := .venv/bin/python
# Generic code of the dependencies is specialised where it is used, and the program runs without a Swift toolchain.
# A profiler unwinds by DWARF: frame pointers take 2 to 3 % of a request's instructions.
RELEASE_FLAGS := -c release -Xswiftc -cross-module-optimization --static-swift-stdlib --omit-frame-pointers
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

.NOTPARALLEL:
.PHONY: setup packages test-packages build release release-flags run test lint test-swift test-e2e bench clean

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

release-flags:
	@echo $(RELEASE_FLAGS)

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

clean:
	rm -rf .build .venv Tests/EndToEnd/artifacts
