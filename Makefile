# Each target sets up what it needs in .venv, and only when something changed. GNU make 3.81 and a POSIX sh do.
# Versions and hashes of everything that is installed stand in requirements/*.txt (make lock writes them).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
PIP = .venv/bin/python -m pip --disable-pip-version-check --quiet
LINK = $(PIP) install --no-deps --no-build-isolation --no-index --editable .
SETUP = pyproject.toml hatch_build.py requirements/build.txt
CATALOGUES = $(wildcard console/locale/*/LC_MESSAGES/msa.po)
CHECKED = console backend_stub tests benchmarks data/sources hatch_build.py
# Compiled once: else every start of a program, and every worker of the tests, compiles all of it again.
unexport PYTHONDONTWRITEBYTECODE
# Tests that wait for a pty or a process leave the processor to others: six workers keep two cores busy. The slow
# files come first, as they are collected, so that the quick ones fill the end.
PYTEST = .venv/bin/python -m pytest --numprocesses 6 --dist loadfile --no-loadscope-reorder

.PHONY: help demo test check bench soak zones locale schema keys lock clean
.DEFAULT_GOAL = help

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sort | awk 'BEGIN {FS = ":.*## "} {printf "  make %-8s %s\n", $$1, $$2}'

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Python 3.11 or newer is needed; "$(PYTHON)" is older or missing. Name one: make PYTHON=python3.12' >&2; \
		exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python cannot make a virtual environment. Run: sudo apt install $(notdir $(PYTHON))-venv' >&2; \
		exit 1; }
	$(PYTHON) -m venv .venv

# The program as a user has it: enough for the demo.
.venv/.run: $(SETUP) requirements/run.txt | .venv/bin/python
	$(PIP) install --require-hashes --requirement requirements/run.txt --requirement requirements/build.txt
	$(LINK)
	@touch $@

# The program with its tests and checks.
.venv/.dev: $(SETUP) requirements/dev.txt | .venv/bin/python
	$(PIP) install --require-hashes --requirement requirements/dev.txt
	$(LINK)
	@touch $@ .venv/.run

.venv/.catalogues: $(CATALOGUES) hatch_build.py
	.venv/bin/python hatch_build.py compile
	@touch $@

# Six workers that begin at once would each rewrite the asserts of every test; two do it for all, the first time.
.venv/.compiled: .venv/.dev .venv/.catalogues
	@.venv/bin/python -m compileall -q console backend_stub
	@.venv/bin/python -m pytest --collect-only -qq tests/unit >/dev/null 2>&1 & \
	.venv/bin/python -m pytest --collect-only -qq --ignore tests/unit >/dev/null 2>&1; wait
	@touch $@

demo: .venv/.run .venv/.catalogues ## show an alarm on a dispatcher's screen; CASE=list names the cases, CASE=NAME plays one
	.venv/bin/msa-stub demo $(if $(ROOMS),--rooms $(ROOMS)) $(if $(CASE),--case $(CASE))

test: .venv/.dev .venv/.catalogues .venv/.compiled ## run every test: unit, integration, end to end
	$(PYTEST)

check: .venv/.dev .venv/.catalogues ## formatter, linter, types, layers, dependencies, catalogues, documents of the wire
	.venv/bin/ruff format --check $(CHECKED)
	.venv/bin/ruff check $(CHECKED)
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/deptry .
	.venv/bin/python -m pip --disable-pip-version-check check
	.venv/bin/python hatch_build.py check
	.venv/bin/python -m console.wire.schema --check
	.venv/bin/python -m console.tui.keysheet --check

bench: .venv/.dev .venv/.catalogues ## print the figures of docs/performance.md, each beside its baseline
	.venv/bin/python -m benchmarks

SEEDS ?= 2000

soak: .venv/.dev .venv/.catalogues ## the tests that grow with their seeds, with many more of them (an hour or so); SEEDS=2000
	.venv/bin/python -m tests.simulation --seeds $(SEEDS)
	.venv/bin/python -m tests.soak.busy_province
	MSA_SOAK=1 $(PYTEST) --hypothesis-profile soak --timeout 3600 -m 'soak or soak_only or hypothesis'

zones: .venv/.dev ## build data/zones.geojson from data/sources
	.venv/bin/python data/sources/build_zones.py

locale: .venv/.dev ## take the messages of the source over into the catalogues, and say which lack their words
	.venv/bin/python hatch_build.py update
	.venv/bin/python hatch_build.py check

schema: .venv/.dev ## write docs/wire: JSON Schema and AsyncAPI as the code says
	.venv/bin/python -m console.wire.schema

keys: .venv/.dev .venv/.catalogues ## write docs/keys.md: the keys as the code says
	.venv/bin/python -m console.tui.keysheet

lock: ## write the locked versions anew; UPGRADE=--upgrade takes the newest of each
	requirements/lock.sh $(PYTHON) $(UPGRADE)

clean: ## remove what these targets made
	rm -rf .venv dist build .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f console/locale/*/LC_MESSAGES/*.mo
	find console backend_stub tests benchmarks data -name __pycache__ -type d -prune -exec rm -rf {} +
