# Everyday commands. `make demo` and `make test` are all that a newcomer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
DEMO_DATA ?= demo-data
# Tests wait for servers and browsers a third of the time.
WORKERS ?= $(shell expr $$(nproc) \* 3 / 2)
# What `make test` runs: all, in several processes, or what T names, in one: make test T="tests/vocab -k slug -x"
T ?=

.PHONY: messages demo test test-real test-accessibility test-payloads test-clients pictures setup setup-dev browser fmt lint bench clean

demo: setup
	@$(BIN)/python -m samples.demo --data $(DEMO_DATA)

test: setup-dev browser
	$(BIN)/python -m pytest $(or $(T),-n $(WORKERS) --dist loadfile --no-loadscope-reorder)

test-real: setup-dev
	$(BIN)/python -m pytest -n logical -m realdata

# Every page in each language, width and look, journeys at more widths (`make test` has each page and journey once).
test-accessibility: setup-dev browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m accessibility

# Thousands of texts made to run in a browser, through every form, file and feed (`make test` takes some).
test-payloads: setup-dev browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m payloads

# The pictures of the guides in docs/fr: those of screens that changed are taken again.
pictures: setup-dev browser
	MAILLAGE_PICTURES=renew $(BIN)/python -m pytest -q tests/registry/web/guides/test_guide_pictures.py

# The programs of portals, and a provider of identities, are installed apart, in the user's cache: their libraries and licences stay there.
test-clients: setup-dev
	$(BIN)/python -m pytest -m clients

setup: $(VENV)/.runtime

setup-dev: $(VENV)/.dev

$(VENV)/.runtime: requirements-build.lock requirements.lock pyproject.toml
	@echo "Setting up $(VENV): this takes a minute, once"
	@deploy/venv.sh $(PYTHON) $(VENV)
	@echo "  the libraries of requirements.lock"
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --require-hashes -r requirements.lock
	@echo "  Maillage itself"
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q vocab sandbox shapes registry harvester maillage  # as pip does with what it copies
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "  the development tools of requirements-dev.lock"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

browser:
	@deploy/browser.sh

fmt: setup-dev
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# What is measured is what is shipped: libraries of the tests would be loaded by it too. Bombs and browser are the tests',
# and so is the server that others are measured against.
bench: setup-dev
	@$(MAKE) --no-print-directory VENV=$(VENV)/shipped setup
	PATH="$(CURDIR)/$(BIN):$$PATH" $(VENV)/shipped/bin/python -m bench --all
	$(BIN)/python -m bench bombs --record
	$(BIN)/python -m bench cluster --record
	$(BIN)/python -m bench paint --record

# Sentences that code says go into each catalogue; those without translation are named.
messages: setup-dev
	$(BIN)/python -m vocab.translations.update

clean:
	rm -rf $(VENV) $(DEMO_DATA) build
