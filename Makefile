# Each target sets up .venv first, and again whenever a lock changes. Needs Python 3.11 or newer, git and make.
PYTHON ?= python3
JOBS ?= 2
PYTEST ?=
CHAOS ?=
FUZZ ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
IMAGE_BUILD ?= docker build
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench chaos fuzz lock migration image audit sbom

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 18

setup: $(READY) ## what all others do first

$(READY): requirements-dev.lock pyproject.toml .ci/setup
	@PYTHON='$(PYTHON)' .ci/setup $(VENV)
	@touch $@

demo: $(READY) ## the coach on a practice workspace, to try by hand
	@$(BIN)/python -m bot demo

test: $(READY) ## all tests that this machine can run; lists the others with what they need (PYTEST='-k word' for some)
	@$(BIN)/pytest -n $(JOBS) --dist loadfile $(PYTEST)

check: $(READY) ## format, lint, types, floors, playbooks, Dockerfile, known holes (it says where it could not look)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m bot check
	$(BIN)/hadolint Dockerfile
	@$(BIN)/python .ci/audit --show-only

bench: $(READY) ## the benches that take minutes: advice, serving, planning, claims, each beside a peer in the same run
	@$(BIN)/python -m benchmarks

chaos: $(READY) ## kills the coach 500 times while everything around it fails, and counts what was lost (CHAOS='--seed 2')
	@$(BIN)/python -m tests.chaos $(CHAOS)

fuzz: $(READY) ## gives made-up bytes to whatever strangers reach, a minute each (FUZZ='--seconds 600 slash taps')
	@$(BIN)/python -m tests.fuzz $(FUZZ)

lock: ## both locks, from requirements.in and requirements-dev.in (needs uv; LOCK=--upgrade for the newest versions)
	@command -v uv >/dev/null || { echo 'make lock needs uv: python3 -m pip install uv' >&2; exit 1; }
	$(COMPILE) $(LOCK) requirements.in -o requirements.lock
	$(COMPILE) $(LOCK) requirements-dev.in -o requirements-dev.lock

migration: $(READY) ## a migration for what changed in storage/tables.py: make migration m="what it is for"
	@test -n '$(m)' || { echo 'Say what it is for: make migration m="a colour for accounts"' >&2; exit 1; }
	@m='$(m)' $(BIN)/python -c 'import os; from storage import migrate; migrate.write(os.environ["m"])'
	@$(BIN)/ruff check --quiet --fix-only storage/migrations
	@$(BIN)/ruff format --quiet storage/migrations

image: ## the container image (without docker: IMAGE_BUILD='buildah build --format docker')
	$(IMAGE_BUILD) -t key-account-coach .

audit: $(READY) ## known holes in what is installed at run time; fails where it could not look (asks a public data base)
	@$(BIN)/python .ci/audit

sbom: $(READY) ## what is installed at run time, as CycloneDX: writes sbom.json (needs no network)
	@$(BIN)/python .ci/sbom
