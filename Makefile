# `make help` lists the commands. All of them make the virtual environment first and are quick when it is there.
.DEFAULT_GOAL := help
.PHONY: help run test lint types unit browser faults bench messages screenshots lock clean

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed
DEV_INSTALLED := .venv/installed-dev
# Registries come from pip's own settings; the lock files pin every file by hash.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header
MAKEFLAGS += --no-print-directory

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: $(INSTALLED) ## Start Mayak with a demo company; Ctrl-C stops it
	@$(BIN)/python manage.py up

test: $(DEV_INSTALLED) ## Everything: lint, types, tests, browser tests
	@$(MAKE) lint types unit browser

lint: $(DEV_INSTALLED) ## Style of Python, templates and texts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@find templates -name '*.html' -print0 | xargs -0 $(BIN)/djade --target-version 5.2 --check

types: $(DEV_INSTALLED) ## mypy --strict
	@$(BIN)/mypy .

unit: $(DEV_INSTALLED) ## Tests without a browser
	@$(BIN)/python -m pytest -q -n auto --dist loadgroup -m 'not e2e'

browser: $(DEV_INSTALLED) ## Tests in a real browser
	@$(BIN)/python -m tests.e2e.chromium && $(BIN)/python -m pytest -q -m e2e tests/e2e \
	    || { code=$$?; [ $$code -eq 69 ] || exit $$code; }

faults: $(DEV_INSTALLED) ## Break processes, servers and connections by two hundred seeds
	@FAULT_SEEDS=$${FAULT_SEEDS:-200} $(BIN)/python -m pytest -q -n auto -m fault tests/faults

bench: $(DEV_INSTALLED) ## Import, overview, answers and fits against their floors
	@$(BIN)/python -m bench
	@$(BIN)/python -m bench.fitting

messages: $(INSTALLED) ## Bring the Russian catalogue in step with the sources
	@$(BIN)/python manage.py messages

screenshots: $(DEV_INSTALLED) ## Pictures for the README from the demo company
	@$(BIN)/python -m tests.e2e.chromium && $(BIN)/python -m tests.e2e.screenshots

lock: $(DEV_INSTALLED) ## Pin every file of every dependency by hash
	@$(BIN)/$(COMPILE) requirements.txt -o requirements.lock
	@$(BIN)/$(COMPILE) requirements-dev.txt -c requirements.lock -o requirements-dev.lock

clean: ## Remove the virtual environment and caches; var/ with your data stays
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Mayak needs Python 3.11 or newer: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; $(PYTHON) -m virtualenv --quiet .venv 2>/dev/null; } || { rm -rf .venv; \
	    echo "Python cannot make virtual environments here: apt install python3-venv (or pip install virtualenv), then repeat"; exit 1; }

$(INSTALLED): requirements.lock | .venv/bin/python
	@echo "Installing …"
	@$(PIP_INSTALL) -r requirements.lock
	@touch $@

$(DEV_INSTALLED): requirements-dev.lock $(INSTALLED)
	@echo "Installing what the tests need …"
	@$(PIP_INSTALL) -r requirements-dev.lock
	@touch $@
