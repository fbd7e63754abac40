PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= -n auto --dist loadfile --no-loadscope-reorder
CHAOS_ARGS ?=
SEED ?=
UPGRADE ?=

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(UPGRADE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test chaos browser lint format bench lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.dev ## create .venv with everything that development needs

demo: $(VENV)/.runtime ## play the demo: the case of Kartal, as it went through the council of Hagen
	$(BIN)/vorgang demo

test: $(VENV)/.dev ## run all tests but those in a browser (PYTEST_ARGS="-k word" narrows)
	$(BIN)/python -m pytest --ignore=tests/browser $(PYTEST_ARGS)

chaos: $(VENV)/.dev ## kill, freeze and set clocks for five minutes (SEED=n for another course); figures go to var/chaos.json
	CHAOS=full $(if $(SEED),CHAOS_SEED=$(SEED)) $(BIN)/python -m pytest tests/chaos tests/acceptance/test_kill.py $(CHAOS_ARGS)

browser: $(VENV)/.dev ## run the tests that need Chromium
	$(BIN)/python -m pytest tests/browser

lint: $(VENV)/.dev ## check style, types, layering and the shipped lifecycles
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vorgang lifecycle check

format: $(VENV)/.dev ## sort imports, fix what can be fixed, format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev ## measure; results go to var/bench.json
	mkdir -p var
	$(BIN)/python -m benchmarks.run

lock: $(VENV)/.dev ## renew requirements/*.txt from pyproject.toml (UPGRADE=--upgrade for newer versions)
	$(COMPILE) --group build --output-file requirements/runtime.txt
	$(COMPILE) --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt

clean: ## remove the environment, caches and build results
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps say which lock .venv holds. dev.txt contains runtime.txt with the same pins.

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) install --require-hashes -r requirements/runtime.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.txt requirements/runtime.txt pyproject.toml | $(VENV)/pyvenv.cfg
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $(VENV)/.runtime $@
