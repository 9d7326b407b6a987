# Each target sets up what it needs in .venv, only when something changed.
PYTHON ?= python3
.PHONY: test check clean
.venv/.dev: pyproject.toml
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet -e '.[dev]'
	touch $@

test: .venv/.dev ## run the tests
	.venv/bin/pytest

check: .venv/.dev ## formatter, linter, types, imports, installed packages
	.venv/bin/ruff format --check console backend_stub tests
	.venv/bin/ruff check console backend_stub tests
	.venv/bin/mypy console backend_stub tests
	.venv/bin/pip check

clean: ## remove what the targets made
	rm -rf .venv dist build .mypy_cache .ruff_cache
