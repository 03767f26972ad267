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
.PHONY: help environment retractions announce site share release upload versions links audit minimum pictures test check due overdue surveil candidates serve chapter notebooks bench lock clean format browser

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

# Opens the issue in the file $$told (title, empty line, text), or renews the open one of that title.
ONE_ISSUE = cat $$told; title=$$(head -n 1 $$told); tail -n +3 $$told > $$told.body; \
	number=$$(gh issue list --search "in:title \"$$title\"" --state open --json number --jq '.[0].number // empty'); \
	if [ -n "$$number" ]; then gh issue edit "$$number" --body-file $$told.body; \
	else gh issue create --title "$$title" --body-file $$told.body; fi

overdue: environment ## Open or renew one issue if the search of a chapter is overdue
	@told=_build/freshness/issue.md; mkdir -p $$(dirname $$told); $(BIN)/resistance book due --issue > $$told || exit 1; \
	test -s $$told || { echo "No search is overdue."; exit 0; }; $(ONE_ISSUE)

links: environment ## Ask other hosts whether the book's addresses still lead somewhere; open or renew one issue
	@told=_build/links/issue.md; mkdir -p $$(dirname $$told); $(BIN)/resistance links check --issue > $$told || exit 1; \
	test -s $$told || { echo "No address is gone."; exit 0; }; $(ONE_ISSUE)

# In an environment of its own, so that what audits is newer than what it audits; it reads the lock file and installs nothing of it.
audit: ## Hold the locked dependencies against the known vulnerabilities; open or renew one issue
	@told=_build/audit/issue.md; mkdir -p $$(dirname $$told); $(PYTHON) -m venv _build/audit/venv; \
	_build/audit/venv/bin/python -m pip install --quiet --disable-pip-version-check pip-audit || exit 1; \
	printf 'Known vulnerabilities in the dependencies\n\nMend with `make lock`, or say here why it does not concern the book.\n\n' > $$told; \
	if _build/audit/venv/bin/pip-audit --requirement requirements.txt --require-hashes --disable-pip --no-deps --format markdown --desc off \
	>> $$told; then echo "No known vulnerability."; else grep -q '^|' $$told || { echo "The audit gave no answer."; exit 1; }; $(ONE_ISSUE); fi

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

# One commit without a past, so that the repository does not grow with each version of every notebook.
NOTEBOOKS_BRANCH := notebooks
share: ## Push the executed notebooks to the branch that Colab opens
	@set -e; test -d _build/html/notebooks || { echo "There are no notebooks: run make site first."; exit 1; }; \
	gh auth setup-git; address=$$(git remote get-url origin); folder=$$(mktemp -d); cp -R _build/html/notebooks/. $$folder; \
	from=$$(git rev-parse HEAD); cd $$folder; git init --quiet --initial-branch $(NOTEBOOKS_BRANCH); git add --all; \
	git -c user.name="Published notebooks" -c user.email=noreply@github.com commit --quiet -m "Executed notebooks of $$from"; \
	git push --quiet --force "$$address" $(NOTEBOOKS_BRANCH); rm -rf $$folder

# The editions are made where there is a target for them.
release: environment ## Write the files of a release with checksums to _build/release, from the built site (TAG=v1.2.3)
	@set -e; for kind in pdf epub; do if grep -q "^$$kind:" Makefile; then $(MAKE) --no-print-directory $$kind; fi; done; \
	$(BIN)/resistance site release --tag "$(TAG)"

upload: ## Publish the files of _build/release as the release of TAG, then publish the site anew with it
	@set -e; cd _build/release; \
	gh release view "$(TAG)" > /dev/null 2>&1 || gh release create "$(TAG)" --verify-tag --title "$(TAG)" --notes-file NOTES.md; \
	gh release upload "$(TAG)" --clobber $$(ls | grep -v NOTES.md); gh workflow run publish.yml --ref main

versions: environment ## Put the sites of older releases beside the built one
	@set -e; folder=_build/versions; mkdir -p $$folder; \
	for tag in $$(gh release list --limit 100 --exclude-drafts --json tagName --jq '.[].tagName'); do \
	gh release download "$$tag" --dir $$folder --pattern 'resistance-*-site.zip' --skip-existing || echo "$$tag has no site."; done; \
	$(BIN)/resistance site versions $$folder

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

# What stands in BASE is built with this environment and its own code; a base that does not build is no fault of this change.
pictures: environment browser ## List the pages that differ from the checkout in BASE, with pictures before and after
	@test -f "$(BASE)/_toc.yml" || { echo "BASE=folder names another checkout of the book."; exit 1; }; \
	(cd "$(BASE)" && PYTHONPATH="$$PWD/src" RESISTANCE_ROOT="$$PWD" "$(CURDIR)/$(BIN)/python" -m resistance site build) \
	|| echo "The base does not build; nothing is compared."; \
	$(BIN)/python tests/changed_pages.py "$(BASE)/_build/html" _build/html --to _build/changed-pages

# Everything but the site, the chapters and the random arithmetic: what a version that is too old breaks first.
FAST := tests/book tests/evidence tests/references tests/show tests/execution tests/surveillance tests/changes tests/links \
  tests/models/test_model_checks.py
minimum: ## Run the fast tests with the oldest versions of the dependencies that pyproject.toml allows
	@set -e; folder=_build/minimum; uv=$$folder/venv/bin/uv; $(PYTHON) -m venv $$folder/venv; \
	$$folder/venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.13'; \
	$$uv pip compile --quiet --resolution lowest-direct --extra dev --no-emit-index-url --no-emit-find-links \
	  --python $$folder/venv/bin/python --output-file $$folder/requirements.txt pyproject.toml; \
	$$uv pip install --quiet --python $$folder/venv/bin/python --requirement $$folder/requirements.txt; \
	$$uv pip install --quiet --python $$folder/venv/bin/python --no-deps --no-build-isolation --editable .; \
	PATH="$$PWD/$$folder/venv/bin:$$PATH" $$folder/venv/bin/python -m pytest --quiet $(FAST)

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
