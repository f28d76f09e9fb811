# What a release and its checks run. RELEASE.md explains them.
LINT := .venv-lint/bin
SCHEMA := $(LINT)/check-jsonschema --quiet --builtin-schema

# hadolint has no wheel for every system; where there is none, continuous integration lints.
.PHONY: lint-files
lint-files: .venv-lint/ready
	@$(SCHEMA) vendor.github-workflows .github/workflows/*.yml
	@$(SCHEMA) vendor.dependabot .github/dependabot.yml
	@$(SCHEMA) vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	@$(SCHEMA) vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	@$(SCHEMA) vendor.compose-spec compose.yaml
	@$(LINT)/zizmor --offline --no-progress --quiet --persona=pedantic .github
	@test ! -x $(LINT)/hadolint || $(LINT)/hadolint Dockerfile
	@$(LINT)/codespell

.PHONY: hooks
hooks: setup .venv-lint/ready  ## let git run the linters before each commit
	@$(LINT)/pre-commit install

.PHONY: links
links: setup  ## the links of the documents
	@$(BIN)/pytest tests/architecture/test_doc_links.py

# The floor stands in pyproject.toml. A mutant is not the product, so its tests do not count.
.PHONY: coverage
coverage: suite-environments  ## branch coverage of the suite, subprocesses included (some ten minutes)
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest --numprocesses auto --ignore=tests/protocol/test_mutation.py
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

.PHONY: release-check
release-check: setup .venv-sam/ready .venv-runtime/ready .venv-supply/ready .venv-release/ready  ## all of a release but the upload: dist/
	@$(BIN)/python -m tools.release $(if $(TAG),--tag $(TAG))

.PHONY: container
container: setup  ## build the container and let it export; needs a Docker engine
	@$(BIN)/pytest tests/release/test_container.py

.PHONY: publish
publish: .venv-sam/ready  ## to the Serverless Application Repository: BUCKET=…
	@test -n "$(BUCKET)" || { echo "BUCKET is not set. Name a bucket that the Serverless Application Repository may read." >&2; exit 2; }
	@mkdir -p build
	@.venv-sam/bin/sam build
	@.venv-sam/bin/sam package --s3-bucket "$(BUCKET)" --output-template-file build/packaged.yaml
	@.venv-sam/bin/sam publish --template build/packaged.yaml
