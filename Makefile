# make run: the site, from nothing. make test: the whole suite. make bench: the measures. make lint: the gates.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
WORKERS ?= 2
export PORT

.PHONY: run test lint bench lock format clean

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/run.done: requirements.lock | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/test.done: requirements-test.lock .venv/run.done
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

run: .venv/run.done
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py createcachetable
	@$(BIN)/python manage.py load_demo
	@$(BIN)/python manage.py load_icd10cm
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@echo "CasePilot is at http://127.0.0.1:$(PORT)/   Demonstration accounts:"
	@$(BIN)/python manage.py demo_accounts
	@exec $(BIN)/gunicorn casepilot.wsgi --config casepilot/gunicorn.py --bind 127.0.0.1:$(PORT) --workers $(WORKERS)

test: .venv/test.done
	$(BIN)/pytest

lint: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py lintmigrations --no-cache
	$(BIN)/python bench/deploy_check.py

format: .venv/test.done
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

bench: .venv/test.done
	$(BIN)/python -m bench

# Versions and hashes only: no registry's address is written down.
lock: .venv/bin/python
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra test -c requirements.lock pyproject.toml -o requirements-test.lock
