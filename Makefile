# make run: the site, from nothing. make test: the whole suite. make lint: the gates. make bench: the measures.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
export PORT

.PHONY: run test lint bench lock format

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("CasePilot needs Python 3.11 or newer: make PYTHON=python3.11 run")'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }

.venv/run.done: requirements.lock | .venv/bin/python
	@echo "Installing what CasePilot needs into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/test.done: requirements-test.lock .venv/run.done
	@echo "Installing what the tests need into .venv"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@

run: .venv/run.done
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python -c 'import socket, sys; socket.socket().connect_ex(("127.0.0.1", $(PORT))) or sys.exit("Port $(PORT) is taken: make run PORT=8001")'
	@$(BIN)/python manage.py createcachetable
	@$(BIN)/python manage.py load_demo
	@$(BIN)/python manage.py load_synonyms
	@$(BIN)/python manage.py load_release icd10cm
	@$(BIN)/python manage.py build_search
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@echo "CasePilot is at http://127.0.0.1:$(PORT)/   Demonstration accounts:"
	@$(BIN)/python manage.py demo_accounts
	@exec $(BIN)/python -m gunicorn casepilot.wsgi --config casepilot/gunicorn.py --bind 127.0.0.1:$(PORT)

test: .venv/test.done
	$(BIN)/python -m tests

lint: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(BIN)/mypy .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python bench/deploy_check.py

format: .venv/test.done
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

bench: .venv/test.done
	$(BIN)/python -m bench

# Versions and hashes only: no registry's address is written down.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock: .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(COMPILE) pyproject.toml -o requirements.lock
	$(COMPILE) --extra test -c requirements.lock pyproject.toml -o requirements-test.lock
