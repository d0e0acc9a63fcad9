# The two commands are `make run` and `make test`; each does all the set-up it needs.
.DEFAULT_GOAL := help
BIN := .venv/bin

.PHONY: help setup run show test check bench soak samples pictures vendor migration texts lock clean

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup:  ## make .venv with atmp, pytest and all that the tests need
	@.ci/setup.sh

run: setup  ## open the application on this machine, and print its address and the first account
	@.ci/start.sh

show: setup  ## check the papers of the sample companies and print the reports
	@$(BIN)/python -m tests.samples.show

test: check  ## every check and every test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal  # else each worker rewrites every test anew

check: setup  ## the fast checks: style, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

bench: setup  ## measure speed and memory beside the floor and the peer
	@$(BIN)/python -m tests.benchmarks

soak: setup  ## kill a run two hundred times, ask the API twenty thousand times: nothing lost, nothing undeclared
	@$(BIN)/python -m tests.soak
	@for engine in sqlite postgresql; do \
	  ATMP_API_ENGINE=$$engine ATMP_API_EXAMPLES=50 $(BIN)/python -m pytest -n auto tests/api/test_document_holds.py || exit 1; \
	done

samples: setup  ## write the sample papers anew (they are committed)
	@$(BIN)/python -m tests.samples.generate

pictures: setup  ## take the pictures of the README anew (they are committed)
	@$(BIN)/python -m tests.demonstration.pictures

vendor: setup  ## copy the assets of the pages anew from npm (they are committed)
	@$(BIN)/python -m tests.vendor

migration: setup  ## draft the next migration from the models: make migration text="what changes"
	@$(BIN)/python -m tests.draft_migration "$(text)"

texts: setup  ## gather the texts of pages that lack their English
	@$(BIN)/python -m tests.translations

lock:  ## renew requirements*.lock from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --no-header --no-annotate --generate-hashes -p 3.11 pyproject.toml --extra postgres --extra server -o requirements.lock
	uv pip compile --quiet --universal --no-header --no-annotate --generate-hashes -p 3.11 pyproject.toml --all-extras --group dev -o requirements-dev.lock

clean:  ## remove what set-up and tests leave behind
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
