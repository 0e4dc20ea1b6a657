# One command each. Everything is installed into .venv; nothing outside this folder is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: alerts-doc demo test quick setup run lint bench scale web truth gallery freshness torture browser screenshots lock help

demo: setup  ## the whole story on this machine, no network
	$(BIN)/monitor demo

test: $(VENV)/.dev  ## all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal $(TESTS)

quick: $(VENV)/.dev  ## most of the tests, in a minute: they wait more than they work
	$(BIN)/python -m pytest -n 4 --dist worksteal $(addprefix --ignore=,$(SLOW))

SLOW := tests/hostile tests/demo $(wildcard tests/test_corpus_*.py) tests/stores/test_migrations.py \
	$(addprefix tests/web/test_,browser.py server.py) \
	$(addprefix tests/test_,$(addsuffix .py,clock config_edited daemon local_faults mails pipeline_delivery readme torture))

setup: $(VENV)/.ready  ## leaves .venv/bin/monitor

run: setup  ## the daemon, with the configuration in config/
	$(BIN)/monitor run

lint: $(VENV)/.dev  ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev  ## speed and memory on a local server
	$(BIN)/python -m bench $(ARGS)

scale: $(VENV)/.dev  ## a publisher of 700,000 pages, watched by its sitemaps, and claims among a million; a few minutes, half a gigabyte of disk
	$(BIN)/python -m bench.sitemaps
	$(BIN)/python -m bench.claims

web: $(VENV)/.dev  ## how long the web pages take over 100,000 changes; some minutes, two gigabytes of disk
	$(BIN)/python -m bench.web $(ARGS)

truth: $(VENV)/.dev  ## how often we are right, on the real pages in $$MONITOR_CORPUS
	$(BIN)/python -m truth $(ARGS)

gallery: $(VENV)/.dev  ## ten real edits from $$MONITOR_CORPUS as the program tells them: docs/gallery.html
	$(BIN)/python -m truth.gallery

alerts-doc: $(VENV)/.dev  ## every message as it looks: docs/alerts.md
	$(BIN)/python -m tests.alerts_doc

freshness: $(VENV)/.dev  ## how soon edits are seen, on real and made-up update times
	$(BIN)/python -m freshness $(ARGS)

torture: $(VENV)/.dev  ## kill the daemon up to 200 times and see that nothing is lost; ten minutes at most
	timeout 590 $(BIN)/python -m torture $(ARGS)
	timeout 90 $(BIN)/python -m torture.fuzz --seconds 60

browser:  ## Debian's Chromium, for the tests that look at the web pages; they are left out without it
	test -x /usr/bin/chromium || { apt-get update && apt-get install --yes --no-install-recommends chromium fonts-noto-core; }

screenshots: $(VENV)/.dev  ## pictures of the web pages, over a made-up year: docs/screenshots
	$(BIN)/python -m screenshots

lock: $(VENV)/.dev  ## compile both lock files anew: hashes, no registry addresses
	$(BIN)/python -m pip install --quiet uv
	echo 'flit_core>=3.12' | $(BIN)/uv pip compile --quiet pyproject.toml - $(LOCK_OPTIONS) -o requirements.lock
	echo 'flit_core>=3.12' | $(BIN)/uv pip compile --quiet pyproject.toml - --extra dev -c requirements.lock $(LOCK_OPTIONS) -o requirements-dev.lock

LOCK_OPTIONS := --generate-hashes --universal --python-version 3.11 --no-header --no-annotate --no-emit-index-url

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q monitor
	touch $@

$(VENV)/.dev: $(VENV)/.ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort
