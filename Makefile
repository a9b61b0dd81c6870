# Huiyin. `make` alone lists what can be made; it works from any directory and as any user.
MAKEFLAGS += --no-builtin-rules --no-print-directory
SHELL := /bin/bash
.DEFAULT_GOAL := help
PY := .venv/bin/python
RUN := scripts/setup.sh run && exec $(PY) run.py
DEV := scripts/setup.sh dev

ifneq ($(strip $(MAKEFILE_LIST)),Makefile) # `make -f somewhere/Makefile`: go there
.PHONY: $(or $(MAKECMDGOALS),help)
$(or $(MAKECMDGOALS),help):
	@$(MAKE) -C "$(dir $(abspath $(lastword $(MAKEFILE_LIST))))" $@
else

.PHONY: help run test drill fuzz bench pictures sure fix strings format lint types imports secure upgrade seed clean

help: ## list what can be made
	@echo "make run starts everything; make test tests everything. In full:"
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: ## set up what is missing, then web, worker, clock and Valkey in this terminal (Ctrl-C ends all)
	@$(RUN) all

test: ## the whole suite on SQLite and on PostgreSQL; T=path for a part of it
	@$(DEV) && exec scripts/test.sh $(T)

drill: ## long forms: 500 filings under kill -9 and a full disk (root), backups under load (half an hour)
	@$(DEV) && for db in sqlite postgres; do \
	  HUIYIN_DRILL_FILINGS=500 HUIYIN_DRILL_SECONDS=120 $(PY) -m pytest -q -s --db $$db \
	    tests/system/test_crash_safety.py tests/system/test_backup_drill.py tests/system/test_together.py || exit 1; done

fuzz: ## fuzz the REST API as four kinds of callers (long); N=examples for each operation, SHORT=1 the short form
	@$(DEV) && { [ -x .venv-fuzz/bin/schemathesis ] || { $(PY) -m venv .venv-fuzz && \
		.venv-fuzz/bin/pip install --quiet --no-deps --require-hashes -r requirements-fuzz.txt; }; }
	@exec $(PY) scripts/fuzz.py $(if $(N),--examples $(N)) $(if $(SHORT),--short)

sure: ## all that can be checked without running: format, lint, types, imports, security, strings
	@$(DEV) && exec scripts/sure.sh format lint types imports secure strings

format lint types imports secure: ## one part of `make sure` alone
	@$(DEV) && exec scripts/sure.sh $@

fix: ## mend what can be mended: lint and format
	@$(DEV) && $(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

strings: ## bring the catalogues of translations/ up to the code
	@$(DEV) && exec $(PY) scripts/strings.py update

upgrade: ## migrations, permissions, compiled translations
	@$(RUN) upgrade

seed: ## catalogue, regions, departments, calendar, policy
	@$(RUN) seed

bench: ## our speed beside stock FAB's on the same rows; CASES=1000000 DB=sqlite ROUNDS=30 change it (docs/performance.md)
	@$(DEV) && exec $(PY) -m bench --cases $(or $(CASES),100000) --db $(or $(DB),postgres) --rounds $(or $(ROUNDS),15)

pictures: ## pictures of thirty pages in all looks, and what is wrong with them (needs chromium; minutes); TO=folder
	@$(DEV) && scripts/browser.sh && exec $(PY) scripts/pictures.py $(TO)

clean: ## remove what can be rebuilt (not .venv/, not instance/)
	@rm -rf .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis .coverage* coverage.json htmlcov
	@find app scripts tests translations -name '__pycache__' -prune -exec rm -rf {} + -o -name '*.mo' -delete

endif
