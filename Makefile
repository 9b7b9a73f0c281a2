# What a person runs. `make demo` tries Rapport out, `make test` proves it.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast check format lock reference bench clean

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
PYTEST := $(BIN)/pytest -q -n 2

help:
	@echo "make demo       set up, build the synthetic practice, serve it on http://127.0.0.1:8000"
	@echo "make test       set up and run every test: SQLite, PostgreSQL, browser stories"
	@echo "make test-fast  the tests on SQLite, without the browser stories"
	@echo "make check      ruff, mypy, import-linter and the template lint"
	@echo "make setup      only the environment (.venv); quick when nothing changed"
	@echo "make format     let ruff format and mend what it can"
	@echo "make lock       write requirements.lock anew from pyproject.toml"
	@echo "make reference  recompute the reference values with R"
	@echo "make bench      the benchmarks (see bench/README.md)"

setup: $(READY)

$(READY): requirements.lock pyproject.toml scripts/setup
	@PYTHON="$(PYTHON)" scripts/setup && touch $@

demo: setup
	@$(BIN)/rapport demo

test: setup
	@scripts/chromium
	$(PYTEST) -m "not e2e"
	RAPPORT_TEST_ON=postgresql $(PYTEST) -m "not e2e" --ignore=tests/science --ignore=tests/cli
	$(PYTEST) -m e2e

test-fast: setup
	$(PYTEST) -m "not e2e"

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint src/rapport/web --lint --quiet

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup
	$(BIN)/uv pip compile -q --python "$(CURDIR)/$(BIN)/python" pyproject.toml --group dev \
	  --universal --generate-hashes --no-emit-index-url --no-header -o requirements.lock

reference:
	cd tests/science/reference/generate && for script in *.R; do Rscript "$$script" || exit 1; done

bench: setup
	@cat bench/README.md

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
