# Pikir. Two commands matter: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(shell find survey_app analytics -name '*.po')
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test test-setup install install-dev lint bench rehearsal verify client texts translation-review screenshots lock clean

run: install
	@$(BIN)/pikir run --demo

install: $(VENV)/.run $(CATALOGUES:.po=.mo)

install-dev: install $(VENV)/.dev

test: test-setup
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

test-setup: install-dev
	@.ci/servers

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install-dev
	$(BIN)/python -m benchmarks

# A whole round of 40 bodies and 20,000 servants on three hosts, with everything that goes wrong in one.
rehearsal: install-dev
	$(BIN)/python -m rehearsal

verify: test-setup
	PIKIR_VERIFY=1 $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not browser" --timeout 3000

# The respondents' scripts and styles, rebuilt from client/ (needs the npm registry; the results are committed).
client: install-dev
	$(BIN)/python client/build.py

# Collect the texts of templates and code into the catalogues, keeping the translations.
texts: install-dev
	@$(BIN)/python .ci/texts.py
	@$(BIN)/python .ci/translation_review.py

# The Kazakh texts that a native editor still has to confirm, listed from the texts themselves.
translation-review: install-dev
	@$(BIN)/python .ci/translation_review.py

# Every page in Kazakh and Russian at two widths, from a demonstration, into the folder screenshots/.
screenshots: test-setup
	$(BIN)/python -m tests.screenshots

lock: $(VENV)/.dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade --group build pyproject.toml -o requirements/run.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --upgrade --group build --group dev -c requirements/run.lock pyproject.toml -o requirements/dev.lock

clean:
	rm -rf $(VENV) instance build client/node_modules

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Pikir needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.lock pyproject.toml | $(BIN)/python
	@echo "Installing Pikir's libraries (pinned, with hashes) into $(VENV) ..."
	@$(BIN)/pip install -q --require-hashes -r requirements/run.lock
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@echo "Installing the development tools ..."
	@$(BIN)/pip install -q --require-hashes -r requirements/dev.lock
	@touch $@

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel -q compile -i $< -o $@
