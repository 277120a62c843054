# Two commands are enough on a fresh Debian machine with Python 3.11: `make demo` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PORT ?= 8000
SIZE ?= small
export PORT

.PHONY: gallery help setup setup-dev demo demo-reset serve test check lint faults bench messages clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## what running needs: system packages, .venv, fonts, translations (idempotent)
	@setup/packages.sh run
	@setup/environment.sh requirements.txt
	@$(MANAGE) fetch_fonts
	@$(MANAGE) make_demo_keys
	@$(BIN)/python setup/translations.py

setup-dev: setup ## setup and what the tests need (Chromium, development requirements)
	@setup/packages.sh test
	@setup/environment.sh requirements-dev.txt

demo: setup ## both cities with realistic data, server and worker on 127.0.0.1:$(PORT)
	@DEMO_MODE=1 setup/database.sh
	@DEMO_MODE=1 $(MANAGE) load_demo
	@DEMO_MODE=1 setup/serve.sh

demo-reset: ## throws the demo database and its files away
	@setup/reset.sh

serve: setup ## server and worker on the configured database, without demo data
	@setup/database.sh
	@setup/serve.sh

test: setup-dev ## the whole suite, on SQLite and on PostgreSQL where one is reachable (CI=true: required)
	@setup/test.sh

check: setup-dev ## format, lint, types, import contracts, templates, migrations
	@setup/check.sh

faults: setup-dev ## the fault suite: SIZE=small (10 minutes at most) or SIZE=full
	@FAULT_SIZE=$(SIZE) $(BIN)/pytest -m faults -p no:cacheprovider tests

bench: setup-dev ## benchmarks, as JSON
	@setup/environment.sh requirements-bench.txt
	@$(BIN)/python -m benchmarks $(ARGS)

gallery: setup-dev ## pictures of every paper for docs/gallery.md
	@$(BIN)/python -m tests.notices.gallery_page

messages: setup-dev ## collects new texts for translation into locale/en
	@$(MANAGE) makemessages -l en --no-location --no-wrap --ignore .venv --ignore var

clean: ## removes what setup and runs made, keeps the database
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis var/fonts var/static
