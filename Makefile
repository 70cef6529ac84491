# Every command a newcomer needs; `make` alone lists them. Each one sets up .venv first when that is due.
# `exec` makes the program the direct child of make, so that a signal to make reaches it.

PYTHON_FOUND := $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,$(shell command -v $(name) 2>/dev/null)) python3)
RUN_PYTHON := $(if $(PYTHON),$(PYTHON),$(PYTHON_FOUND))
VENV ?= .venv
BIN := "$(VENV)/bin/python"
FLASK := $(BIN) -m flask --app backoffice
# Whatever the machine's locale, our own programs read and write UTF-8.
export PYTHONUTF8 = 1
# The data of `make demo` are invented: whatever is done with them by hand must stay marked as such.
ifeq ($(OPENTHADS_DATABASE_URL),)
ifneq ($(wildcard var/demo.json),)
export OPENTHADS_SAMPLE = 1
endif
endif
export PYTHON DEBTORS PORT SEED SERVE SIZE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo test serve worker export site bench lint format clean

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -e 's/:.*## /\t/' | awk -F'\t' '{printf "make %-10s %s\n", $$1, $$2}'

setup: ## the environment to run (.venv, from requirements.lock)
	@"$(RUN_PYTHON)" scripts/setup_env.py base --venv "$(VENV)"
	@$(BIN) -m scripts.compile_translations

setup-dev: ## the environment to test and change (requirements-dev.lock)
	@"$(RUN_PYTHON)" scripts/setup_env.py dev --venv "$(VENV)"
	@$(BIN) -m scripts.compile_translations

demo: setup ## everything at once with invented data; DEBTORS=20000 PORT=8000 SEED=1 SERVE=1
	@exec $(BIN) -m scripts.demo

test: setup-dev ## the whole test suite; TESTS=tests/unit runs a part
	@exec $(BIN) -m scripts.run_tests $(TESTS)

serve: setup ## the site and the staff screens, with the settings of the environment; PORT=8000
	@exec $(BIN) -m scripts.serve

worker: setup ## the job worker and the scheduler, until Ctrl-C (with the embedded broker when no Redis is named)
	@exec $(BIN) -m jobs all $(if $(OPENTHADS_REDIS_URL),,--broker)

export: setup ## build, validate and publish all data packages now
	@$(FLASK) export run all --now

site: setup ## build the public site from the published packages
	@$(BIN) -m scripts.build_site

bench: setup-dev ## the measured figures beside their goals; SIZE=national for 1,000,000 records
	@exec $(BIN) -m benchmarks

lint: setup-dev ## style, types, import rules, catalogs
	@exec $(BIN) -m scripts.lint

format: setup-dev ## put the code in its usual form
	@$(BIN) -m ruff check --fix . && $(BIN) -m ruff format .

clean: ## remove what was built: build/ and var/ (all demo data), not .venv
	@rm -rf build var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
