# Needs python3 (3.11 or newer), make and git; everything else is installed into .venv from the lock files.
# Works with GNU make 3.81 (macOS) and newer. Whatever installs speaks on stderr, so that stdout is the bot's alone.

VENV := .venv
BIN := $(VENV)/bin
PYTHONS := $(if $(PYTHON),$(PYTHON),python3.11 python3.12 python3.13 python3)

ARGS ?=
WORKERS ?= 3
CHAOS_ROUNDS ?= 40
PROOF_LIVES ?= 20

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# $(call install,LOCK): have a working $(VENV) that holds what LOCK names. The copy of the lock inside the venv says what
# is installed, by content: a lock that changes in any way, back to an older one too, is installed again.
# stdin is kept from the installer, because it belongs to the bot.
define install
	if ! cmp -s $(1) $(VENV)/$(1) || ! $(BIN)/python -c '' 2>/dev/null; then \
		set -e; \
		if ! $(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			found=; \
			for each in $(PYTHONS); do \
				if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$each"; break; fi; \
			done; \
			if [ -z "$$found" ]; then \
				echo 'Atelier needs Python 3.11 or newer, and none of these is one: $(PYTHONS).' >&2; \
				echo 'Install it, or name it: make PYTHON=/path/to/python3.11 $@' >&2; \
				exit 1; \
			fi; \
			echo "Making $(VENV) with $$found ..." >&2; \
			if ! "$$found" -m venv --clear $(VENV); then \
				echo 'That Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv' >&2; \
				exit 1; \
			fi; \
		fi; \
		echo 'Installing $(1) ...' >&2; \
		$(BIN)/python -m pip install --quiet --require-hashes --requirement $(1); \
		cp $(1) $(VENV)/$(1); \
	fi </dev/null 1>&2
endef

.PHONY: help run test format docs pictures month chaos pairwise proof bench lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | while IFS='	' read -r name text; do printf 'make %-8s %s\n' "$$name" "$$text"; done

run: ## Start the bot on what .env configures; ARGS="--json" adds to the command
	@$(call install,requirements.lock)
	@exec $(BIN)/python -m bot run $(ARGS)

test: ## Check format, lint, types and layers, then run all tests
	@$(call install,requirements-dev.lock)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

format: ## Format the code and apply the linter's safe fixes
	@$(call install,requirements-dev.lock)
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

docs: ## Generate docs/models.md, docs/settings.md and docs/commands.md anew
	@$(call install,requirements.lock)
	@$(BIN)/python -m bot docs

pictures: ## Make docs/pictures anew from what the bot sends; needs a Chromium
	@$(call install,requirements-dev.lock)
	@$(BIN)/python -m tests.pictures

month: ## Play a month of 500 members, check every limit, and write docs/month.md; ARGS="--members 100 --days 14"
	@$(call install,requirements-dev.lock)
	@$(BIN)/python -m tests.month $(ARGS)

chaos: ## Kill and restart the bot CHAOS_ROUNDS (40) times and look for lost jobs
	@$(call install,requirements-dev.lock)
	@CHAOS_ROUNDS=$(CHAOS_ROUNDS) $(BIN)/pytest tests/chaos tests/acceptance -m chaos --timeout 3600 $(ARGS)

pairwise: ## Make every pair of values that options of a model can have, each to a saved file
	@$(call install,requirements-dev.lock)
	@$(BIN)/pytest tests/acceptance -m pairwise -n $(WORKERS) --timeout 1800 $(ARGS)

proof: ## Drive the books through PROOF_LIVES (20) long lives with crashes in between
	@$(call install,requirements-dev.lock)
	@PROOF_LIVES=$(PROOF_LIVES) $(BIN)/pytest tests/proof -m proof $(ARGS)

bench: ## Measure how fast commands are answered with many jobs in flight; ARGS="--platform together"
	@$(call install,requirements-dev.lock)
	@$(BIN)/python -m tests.bench.acknowledgement $(ARGS)

lock: ## Write the lock files anew from pyproject.toml; ARGS="--upgrade" moves to the newest versions
	@$(call install,requirements-dev.lock)
	@$(BIN)/uv pip compile $(LOCK) $(ARGS) pyproject.toml --output-file requirements.lock
	@$(BIN)/uv pip compile $(LOCK) $(ARGS) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links

clean: ## Remove the virtual environment and all caches; never data/ or results/
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
