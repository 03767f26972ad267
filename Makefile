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
.PHONY: pdf epub published help environment retractions announce site test check due overdue surveil candidates serve chapter notebooks bench lock clean format browser

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

overdue: environment ## Open or renew one issue if the search of a chapter is overdue
	@told=_build/freshness/issue.md; mkdir -p $$(dirname $$told); $(BIN)/resistance book due --issue > $$told || exit 1; \
	test -s $$told || { echo "No search is overdue."; exit 0; }; cat $$told; \
	title=$$(head -n 1 $$told); tail -n +3 $$told > $$told.body; \
	number=$$(gh issue list --search "in:title \"$$title\"" --state open --json number --jq '.[0].number // empty'); \
	if [ -n "$$number" ]; then gh issue edit "$$number" --body-file $$told.body; \
	else gh issue create --title "$$title" --body-file $$told.body; fi

surveil: environment ## Run the chapters' searches from their last dates, or one: CHAPTER=mechanisms/hypoxia
	@$(BIN)/resistance surveil $(CHAPTER)

# On the branch of the pull request that is open, if one is, so that what has been screened there stays.
BRANCH := surveillance
FOUND := data/surveillance data/surveillance_runs data/references.csv
candidates: environment ## Ask the registries and run the searches; open or renew one pull request with what is new
	@set -e; gh auth setup-git; base=$$(git rev-parse HEAD); \
	number=$$(gh pr list --head $(BRANCH) --state open --json number --jq '.[0].number // empty'); \
	if [ -n "$$number" ]; then git fetch --quiet --depth 1 origin $(BRANCH); git switch --quiet -C $(BRANCH) FETCH_HEAD; \
	else git switch --quiet -C $(BRANCH); fi; \
	failed=0; $(BIN)/resistance references refresh || failed=1; $(BIN)/resistance surveil || failed=1; \
	for path in $(FOUND); do test ! -e $$path || git add $$path; done; \
	if git diff --cached --quiet; then echo "Nothing is new."; exit $$failed; fi; \
	git -c user.name="Weekly surveillance" -c user.email=noreply@github.com commit --quiet -m "New candidates of the searches"; \
	git push --quiet $$(test -n "$$number" || echo --force) origin $(BRANCH); \
	told=_build/surveillance-pull-request.md; mkdir -p _build; \
	echo "Works that the searches found and the book did not know, and what the registries say of its works. Decide on each row; CONTRIBUTING.md says how." > $$told; \
	echo >> $$told; $(BIN)/resistance diff $$base HEAD --markdown | head -c 60000 >> $$told || true; \
	if [ -n "$$number" ]; then gh pr edit "$$number" --body-file $$told; \
	else gh pr create --head $(BRANCH) --title "New candidates of the searches" --body-file $$told; fi; exit $$failed

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

pdf: site browser ## The whole book, and each chapter, as PDF in _build/editions
	@$(BIN)/resistance editions pdf

epub: site ## The whole book as EPUB in _build/editions
	@$(BIN)/resistance editions epub

# The editions are made from the site as it was tested; the tested folder itself is not touched.
published: pdf epub ## The site with its editions, as it is published, in _build/published
	@$(BIN)/resistance editions publish

browser: environment
	@$(BIN)/python -m resistance.editions.browser --install

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
