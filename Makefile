# Every command sets up what it needs: a virtual environment with exactly the locked requirements, and this package.
# Continuous integration calls these targets and nothing else.

SHELL := /bin/bash
# Kernels start ten times a build: without compiled bytecode each spends seconds on it.
unexport PYTHONDONTWRITEBYTECODE
# Names and texts are UTF-8, whatever the locale.
export PYTHONUTF8 := 1
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help environment retractions announce site test check due serve chapter notebooks bench lock clean format browser

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# Made anew when the lock file or the package's description has changed, or when it belongs to another folder.
environment:
	@$(PYTHON) tools/environment.py

site: environment ## Build the book into _build/html
	@$(BIN)/resistance site build

check: environment ## Check references, tables, claims and chapters without executing anything (WARNINGS=1 lists them)
	@$(BIN)/resistance check $(if $(WARNINGS),--warnings)

due: environment ## Fail if the search of a chapter has come due, and name the chapter
	@$(BIN)/resistance book due

# The list that Crossref publishes; another copy of it can be named with LIST=file.
NOTICES := https://gitlab.com/crossref/retraction-watch-data/-/raw/main/retraction_watch.csv
LIST = _build/retractions/retraction-watch-$(shell date +%F).csv

_build/retractions/%.csv:
	@mkdir -p $(@D) && curl --fail --location --silent --show-error --retry 3 --output $@ $(NOTICES)

retractions: environment $(LIST) ## Hold every work against the newest list of retraction notices, or LIST=file
	@$(BIN)/resistance references retractions "$(LIST)"

announce: environment $(LIST) ## The same, and open or renew one issue if a work of the book is on the list
	@found=_build/retractions/found.txt; mkdir -p $$(dirname $$found); title="Retraction notices about works of the book"; \
	$(BIN)/resistance references retractions "$(LIST)" > $$found; status=$$?; cat $$found; \
	grep -q REF076 $$found || exit $$status; \
	number=$$(gh issue list --search "in:title \"$$title\"" --state open --json number --jq '.[0].number // empty'); \
	if [ -n "$$number" ]; then gh issue edit "$$number" --body-file $$found; \
	else gh issue create --title "$$title" --body-file $$found; fi

serve: environment ## Live preview that builds and reloads when a file changes (PORT=8000)
	@$(BIN)/resistance site serve $(if $(PORT),--port $(PORT))

chapter: environment ## Begin a chapter, NAME=mechanisms/my-mechanism
	@$(BIN)/resistance new "$(NAME)"

notebooks: environment ## Write the executed notebook of every chapter to _build/notebooks
	@$(BIN)/resistance build notebooks

browser: environment
	@$(BIN)/python tests/find_browser.py --install

# One session for code, browser and notebooks: while a page waits for its browser, another worker computes.
PARALLEL := -n auto --dist loadscope
NOTEBOOKS := --nbval --nbval-current-env --nbval-cell-timeout=120

test: environment browser ## Run every test: code, data, site in a real browser, notebooks
	@start=$$(date +%s); set -e; \
	$(BIN)/ruff check --quiet . ; $(BIN)/ruff format --quiet --check . ; \
	$(BIN)/resistance references format --check ; $(BIN)/resistance check ; \
	$(BIN)/resistance site build ; \
	$(BIN)/python -m pytest --quiet $(PARALLEL) $(NOTEBOOKS) tests _build/html/notebooks ; \
	echo "All tests passed: code and data, site in the browser, notebooks; $$(( $$(date +%s) - start )) s."

bench: environment browser ## Measure builds, pages and checks beside plain Jupyter Book
	@$(BIN)/python benchmarks/run.py

format: environment ## Format code, cells and references
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/resistance book format && $(BIN)/resistance references format

lock: ## Resolve the dependencies again and write requirements.txt with hashes
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13'
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --extra dev \
	  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' --output-file requirements.txt pyproject.toml

clean: ## Remove everything that was built; the environment stays
	@rm -rf _build .pytest_cache .hypothesis .ruff_cache
