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

PIP_INSTALL := -m pip install --quiet --disable-pip-version-check
define NEW_ENVIRONMENT
@test -n "$(PYTHON)" || { echo "studio-export needs Python 3.11 or later on PATH" >&2; exit 1; }
@echo "Making the environment $(@D) with $$($(PYTHON) --version): a minute or two, once."
@$(PYTHON) -m venv --clear $(@D)
endef

$(VENV)/ready: requirements/dev.txt
	$(NEW_ENVIRONMENT)
	@$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

# Apart from the rest, and anew if pyproject.toml changed: it says where the command begins.
$(VENV)/installed: $(VENV)/ready pyproject.toml
	@$(BIN)/python $(PIP_INSTALL) --no-build-isolation --no-deps --editable '.[cli]'
	@touch $@

.PHONY: setup
setup: $(VENV)/installed  ## make the environment

.PHONY: demo
demo: setup  ## export three simulated Flows, with two kills, and show what came of it
	@$(BIN)/python -m tools.demo

.PHONY: outage
outage: setup  ## two days without Twilio, as the person on call sees them: writes docs/outage.md
	@$(BIN)/python -m tools.outage

.PHONY: test
test: setup .venv-sam/ready .venv-runtime/ready .venv-engines/ready  ## run the whole suite
	@$(BIN)/pytest --numprocesses auto

.PHONY: lint
lint: setup  ## ruff and mypy
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

.PHONY: check
check: lint validate test  ## all that must be green: lint, types, template, tests

.PHONY: prove
prove: setup  ## the long campaigns of tests/protocol, with a table (some twenty minutes)
	@$(BIN)/python -m tests.protocol --table build/prove.txt

.PHONY: soak
soak: setup  ## sixty days of three Flows with 10,000 a day, faults throughout (some ten minutes)
	@$(BIN)/python -m tests.protocol.soak

# The SAM CLI and checkov pin half of PyPI each, and Lambda's runtime has nothing of ours: an
# environment for each.
# --no-deps: the files list everything, and the pip of Python 3.11 stumbles over SAM's extras.
.venv-%/ready: requirements/%.txt
	$(NEW_ENVIRONMENT)
	@.venv-$*/bin/python $(PIP_INSTALL) --require-hashes --no-deps -r $<
	@touch $@

.PHONY: build
build: setup .venv-sam/ready .venv-runtime/ready  ## let SAM build the Lambda, for this machine
	@$(BIN)/python -m tools.local_lambda.build

.PHONY: invoke
invoke: setup .venv-sam/ready .venv-runtime/ready  ## run the built Lambda: EVENT=events/schedule.json
	@$(BIN)/python -m tools.local_lambda $(or $(EVENT),events/schedule.json)

.PHONY: deploy-local
deploy-local: setup .venv-sam/ready .venv-runtime/ready .venv-localstack/ready  ## deploy to LocalStack, update, delete: writes docs/deploy-local.md (five minutes)
	@$(BIN)/python -m tools.deploy_local

.PHONY: validate
validate: setup .venv-sam/ready .venv-checkov/ready  ## sam validate, cfn-lint and checkov
	@SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint
	@$(BIN)/cfn-lint template.yaml
	@.venv-checkov/bin/checkov --skip-download --compact --quiet --file template.yaml

.PHONY: template
template: validate  ## validate, and the tests that read the template
	$(BIN)/pytest tests/template

.PHONY: contract
contract: setup  ## write docs/execution.schema.json and the table of fields anew
	@$(BIN)/python -m tools.schema

.PHONY: lock
lock: setup  ## pin and hash every requirement anew
	for set in layers/studio_export/requirements requirements/dev \
		requirements/sam requirements/runtime requirements/checkov requirements/supply requirements/engines; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--custom-compile-command 'make lock' $$set.in -o $$set.txt; done
	uv pip compile --quiet --python-platform linux --python-version 3.13 --generate-hashes --no-emit-index-url \
		--custom-compile-command 'make lock' requirements/localstack.in -o requirements/localstack.txt

.PHONY: sbom
sbom: setup .venv-supply/ready  ## what the layer carries, as CycloneDX: build/sbom.cdx.json
	@$(BIN)/python -m tools.supply.sbom

.PHONY: audit
audit: setup .venv-supply/ready  ## known vulnerabilities of what the layer carries; needs the network
	@$(BIN)/python -m tools.supply.audit

.PHONY: bench-peers
bench-peers: setup  ## measure dlt, Airbyte's source and the Singer tap beside ours (some twenty minutes)
	@$(BIN)/python -m tools.bench.peers

.PHONY: bench
bench: setup  ## measure: a table, docs/images/bench.png, and how cost grows
	@$(BIN)/python -m tools.bench

.PHONY: bench-compact
bench-compact: setup  ## measure compaction: 30 days of 10,000 Executions (some five minutes)
	@$(BIN)/python -m tools.bench.compaction
