# Every target makes what it needs. `make` lists them.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

# The newest interpreter that runs: under pyenv a shim may exist and refuse.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | expand -t 14

$(VENV)/ready: requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "studio-export needs Python 3.11 or later on PATH" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable '.[cli]'
	@touch $@

.PHONY: setup
setup: $(VENV)/ready  ## make the environment

.PHONY: test
test: setup  ## run the whole suite
	$(BIN)/pytest

.PHONY: lint
lint: setup  ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# The SAM CLI pins half of PyPI, and Lambda's runtime has nothing of ours: an environment for each.
# --no-deps: the files list everything, and the pip of Python 3.11 stumbles over SAM's extras.
.venv-%/ready: requirements/%.txt
	@test -n "$(PYTHON)" || { echo "studio-export needs Python 3.11 or later on PATH" >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv-$*
	.venv-$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

.PHONY: build
build: setup .venv-sam/ready .venv-runtime/ready  ## let SAM build the Lambda, for this machine
	@$(BIN)/python -m tools.sam_build

.PHONY: invoke
invoke: setup .venv-sam/ready .venv-runtime/ready  ## run the built Lambda: EVENT=events/schedule.json
	@$(BIN)/python -m tools.invoke $(or $(EVENT),events/schedule.json)

.PHONY: validate
validate: setup .venv-sam/ready  ## sam validate and cfn-lint
	@SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint
	$(BIN)/cfn-lint template.yaml

.PHONY: template
template: validate  ## that, and the tests that read the template
	$(BIN)/pytest tests/template

.PHONY: lock
lock: setup  ## pin and hash every requirement anew
	for set in layers/studio_export/requirements requirements/dev requirements/sam; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--custom-compile-command 'make lock' $$set.in -o $$set.txt; done
