# Every target is one thing; `make help` lists them. Needs Python 3.11 or newer; npm is optional (GraphiQL).
.DEFAULT_GOAL := help
.SHELLFLAGS := -euc
.DELETE_ON_ERROR:

NEWEST = for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done
PYTHON ?= $(shell $(NEWEST))
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
IDE := gateway/http/ide
LOCK := pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 10

setup: $(VENV)/.dev ## Everything that development needs, in .venv

# One more than there are processors: many tests wait for other processes.
export PYTEST_XDIST_AUTO_NUM_WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

check: $(VENV)/.dev ## Format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist worksteal

test: $(VENV)/.dev ## Tests, or those of T=path
	$(BIN)/pytest -n auto --dist worksteal $(T)

run: $(VENV)/.run $(VENV)/.ide ## Simulators of all vendors and the gateway, at port 8000 or PORT
	@exec $(BIN)/python -m gateway simulate --serve

sdl: $(VENV)/.run ## Write schema/schema.graphql
	$(BIN)/python -m gateway schema > $(VENV)/schema.graphql
	mv $(VENV)/schema.graphql schema/schema.graphql

ide: ## Build GraphiQL, with npm
	@rm -f $(VENV)/.ide
	@$(MAKE) --no-print-directory $(VENV)/.ide

lock: $(VENV)/.uv ## Write the requirements files anew
	$(VENV)/uv/bin/uv $(LOCK) pyproject.toml -o requirements.txt
	$(VENV)/uv/bin/uv $(LOCK) pyproject.toml --extra dev -o requirements-dev.txt
	echo 'setuptools>=80' | $(VENV)/uv/bin/uv $(LOCK) - -o requirements-build.txt

bench: $(VENV)/.dev ## CPU time and vendor calls per query
	$(BIN)/python -m tests.bench

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, as python3 or PYTHON=..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.txt | $(BIN)/python
	$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(BIN)/python
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $(VENV)/.run $@

$(VENV)/.ide: $(shell find $(IDE) -maxdepth 1 -type f ! -name '*.py') $(shell find $(IDE)/src $(IDE)/public -type f) | $(BIN)/python
	@if ! command -v npm >/dev/null; then \
		echo "GraphiQL is left out: npm is not installed. The gateway works without it."; \
	elif ! (cd $(IDE) && npm ci --loglevel=error && npm run build --loglevel=error >/dev/null); then \
		echo "GraphiQL is left out: it could not be built, see above. The gateway works without it."; \
	fi
	@touch $@

$(VENV)/.uv: | $(BIN)/python
	$(PYTHON) -m venv $(VENV)/uv
	$(VENV)/uv/bin/python -m pip --quiet install uv
	@touch $@

.PHONY: help setup check test run sdl ide lock bench
