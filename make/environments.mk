# The environments: one for the developer, and one for each set of tools that pins half of PyPI.
# requirements/*.txt lock them. Nothing in an environment needs activating.

# The newest interpreter that runs: under pyenv a shim may exist and refuse.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := .venv-uv/bin/uv

# uv does not compile what it installs. Without this each process would compile it again, where the
# variable is set.
unexport PYTHONDONTWRITEBYTECODE

define NEW_ENVIRONMENT
@test -n "$(PYTHON)" || { echo "studio-export needs Python 3.11 or later on PATH" >&2; exit 1; }
@$(PYTHON) -m venv --clear $(VENV_OPTIONS) $(@D)
endef

# uv takes seconds where pip takes minutes, and links what two environments share. It does not read
# pip's configuration: where only that names an index, pip does the work.
PIP := .venv-uv/bin/python -m pip --disable-pip-version-check --quiet
define INSTALL
$(UV) pip install $(UV_OPTIONS) --quiet --python $(CURDIR)/$(@D)/bin/python $(1) \
	|| $(PIP) --python $(CURDIR)/$(@D)/bin/python install $(1)
endef

.venv-uv/ready: VENV_OPTIONS :=
.venv-uv/ready: requirements/uv.txt
	$(NEW_ENVIRONMENT)
	@$(@D)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

# --no-deps: the files list everything, and pip stumbles over the extras of SAM and checkov.
$(VENV)/ready: VENV_OPTIONS := --without-pip
$(VENV)/ready: requirements/dev.txt | .venv-uv/ready
	@echo "Making the environment $(@D) with $$($(PYTHON) --version): half a minute, once."
	$(NEW_ENVIRONMENT)
	@$(call INSTALL,--require-hashes --no-deps -r $<)
	@touch $@

# Apart from the rest, and anew if pyproject.toml changed: it says where the command begins.
$(VENV)/installed: $(VENV)/ready pyproject.toml
	@$(call INSTALL,--no-build-isolation --no-deps --editable '.[cli]')
	@touch $@

# The layer's Makefile installs by the pip of this one. It is compiled, as Lambda's own is, because
# the functions that run in it write nothing.
.venv-runtime/ready: VENV_OPTIONS :=
.venv-runtime/ready: UV_OPTIONS := --compile-bytecode
.venv-%/ready: VENV_OPTIONS := --without-pip
.venv-%/ready: requirements/%.txt | .venv-uv/ready
	@echo "Making the environment $(@D)."
	$(NEW_ENVIRONMENT)
	@$(call INSTALL,--require-hashes --no-deps -r $<)
	@touch $@

.PHONY: needs-python-3.13
needs-python-3.13:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 13) \
		and "LocalStack needs Python 3.13 or later: make deploy-local PYTHON=python3.13")'

.venv-localstack/ready: | needs-python-3.13

.PHONY: setup
setup: $(VENV)/installed  ## make the environment

# The DynamoDB server of the tests, where Node is; without it, the head of their report says so.
.PHONY: node-modules
node-modules:
	@$(PYTHON) -c 'from tools.devkit import node; node.missing()'

# Collecting compiles what the tests import, while the rest is installed. Without it each worker of
# a first run would do that. What cannot be collected, the run itself reports. Some tests are
# collected by the template, which SAM transforms.
$(VENV)/compiled: $(VENV)/installed .venv-sam/ready
	@$(BIN)/pytest --collect-only >/dev/null 2>&1 || true
	@touch $@

# Side by side: one waits for the network while another writes to the disk.
SUITE := $(VENV)/compiled .venv-sam/ready .venv-runtime/ready .venv-engines/ready node-modules
.PHONY: suite-environments
suite-environments:
	@$(MAKE) --silent --jobs=4 $(SUITE)

.PHONY: all-environments
all-environments:
	@$(MAKE) --silent --jobs=4 $(SUITE) .venv-lint/ready .venv-checkov/ready
