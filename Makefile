# Every target makes the environment that it needs. `make` lists the targets.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

include make/environments.mk make/release.mk

.PHONY: help
help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:[^#]*##/\t/' | expand -t 14

.PHONY: demo
demo: setup  ## export three simulated Flows, kill the exporter twice, audit the result
	@$(BIN)/python -m tools.demo

.PHONY: outage
outage: setup  ## run two days without Twilio and write the transcript docs/outage.md
	@$(BIN)/python -m tools.outage

.PHONY: unit
unit: setup  ## run the unit and architecture tests: fast, no servers
	@$(BIN)/pytest --numprocesses auto tests/unit tests/architecture

.PHONY: integration
integration: setup .venv-sam/ready .venv-runtime/ready  ## run the tests against real servers and the built Lambda
	@$(BIN)/pytest --numprocesses auto tests/contract tests/integration

.PHONY: test
test: suite-environments  ## run all tests
	@$(BIN)/pytest --numprocesses auto

.PHONY: format
format: setup  ## format the code, and fix what ruff can fix
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

.PHONY: lint
lint: setup lint-files  ## check style and types with ruff and mypy, and the files that are not Python
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

.PHONY: check
check: all-environments lint validate test  ## run everything that must pass: lint, template and all tests

.PHONY: prove
prove: setup  ## run the long campaigns of tests/protocol (40 minutes)
	@$(BIN)/python -m tests.protocol --table build/prove.txt $(if $(SEED),--seed $(SEED))

.PHONY: soak
soak: setup  ## run 60 simulated days of three busy Flows with faults (25 minutes)
	@$(BIN)/python -m tests.protocol.soak $(if $(SEED),--seed $(SEED))

.PHONY: build
build: setup .venv-sam/ready .venv-runtime/ready  ## build the Lambda with SAM, for this machine
	@$(BIN)/python -m tools.local_lambda.build

.PHONY: invoke
invoke: setup .venv-sam/ready .venv-runtime/ready  ## invoke the built Lambda: EVENT=events/schedule.json PARAMETERS='Datasets=executions,steps'
	@$(BIN)/python -m tools.local_lambda $(or $(EVENT),events/schedule.json) --parameter-overrides '$(PARAMETERS)'

.PHONY: fleet
fleet: setup .venv-sam/ready .venv-runtime/ready  ## run the state machine here with 1 to 8 workers and with faults (15 minutes)
	@$(BIN)/python -m tools.fleet

.PHONY: deploy-local
deploy-local: setup .venv-sam/ready .venv-runtime/ready .venv-localstack/ready  ## deploy to LocalStack, update, delete: writes docs/deploy-local.md (five minutes)
	@$(BIN)/python -m tools.deploy_local

.PHONY: validate
validate: setup .venv-sam/ready .venv-checkov/ready  ## validate the template with sam, cfn-lint and checkov
	@SAM_CLI_TELEMETRY=0 .venv-sam/bin/sam validate --lint
	@$(BIN)/cfn-lint template.yaml
	@.venv-checkov/bin/checkov --skip-download --compact --quiet --file template.yaml

.PHONY: template
template: validate  ## validate the template and run its tests
	$(BIN)/pytest tests/template

.PHONY: contract
contract: setup  ## write docs/execution.schema.json and the table of fields
	@$(BIN)/python -m tools.schema

.PHONY: lock
lock: .venv-uv/ready  ## pin and hash every requirement
	for set in layers/studio_export/requirements requirements/dev requirements/sam requirements/runtime \
		requirements/checkov requirements/supply requirements/engines requirements/uv requirements/lint \
		requirements/release requirements/build requirements/container; do \
		$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--custom-compile-command 'make lock' $$set.in -o $$set.txt; done
	$(UV) pip compile --quiet --python-platform linux --python-version 3.13 --generate-hashes --no-emit-index-url \
		--custom-compile-command 'make lock' requirements/localstack.in -o requirements/localstack.txt

.PHONY: sbom
sbom: setup .venv-supply/ready  ## write the layer's packages as CycloneDX: build/sbom.cdx.json
	@$(BIN)/python -m tools.supply.sbom

.PHONY: audit
audit: setup .venv-supply/ready  ## list known vulnerabilities of the layer's packages (needs the network)
	@$(BIN)/python -m tools.supply.audit

.PHONY: bench-peers
bench-peers: setup  ## compare with dlt, Airbyte's source and the Singer tap (20 minutes)
	@$(BIN)/python -m tools.bench.peers

.PHONY: bench
bench: setup .venv-runtime/ready  ## measure CPU, memory and cost: a table and docs/images/bench.png
	@$(BIN)/python -m tools.bench

.PHONY: bench-compact
bench-compact: setup  ## measure compaction of 30 days of 10,000 Executions (5 minutes)
	@$(BIN)/python -m tools.bench.compaction
