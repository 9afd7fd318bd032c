# Genelight: `make run` serves it, `make test` tests it.  Needs make and Python 3.11 or newer, nothing else.

PYTHON    ?= $(or $(shell command -v python3),$(shell command -v python3.11),python3)
PORT      ?= 8000
SOURCES   ?= data
INDEX_DIR ?= $(or $(GENELIGHT_INDEX_DIR),var/index)
UV        ?= uv

VENV := .venv
PY   := $(VENV)/bin/python
PIP  := $(PY) -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help run test format lock bench clean

help:  ## this list
	@awk -F ':.*## +' '/^[a-z]+:.*##/ { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "PORT=8123 INDEX_DIR=elsewhere SOURCES=\"data my-pages\" PYTHON=python3.12 may be added; APT=1 lets test install Debian's packages."

run: $(VENV)/run.stamp  ## install, build the index from data/ and serve it
	@$(PY) -m webapp index $(SOURCES) --index-dir "$(INDEX_DIR)"
	@exec $(PY) -m webapp serve --index-dir "$(INDEX_DIR)" --port $(PORT)

test: $(VENV)/test.stamp  ## lint, types and every test
	@tests/require-chromium.sh
	@tests/require-opensearch.sh $(PY)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) -m pytest

format: $(VENV)/test.stamp  ## put the code into the house form
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

# Needs uv.  Keeps what is pinned where it still fits; `make lock UPGRADE=--upgrade` takes the newest.
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
       --python-version 3.11 $(UPGRADE) pyproject.toml
lock:  ## write both lock files anew from pyproject.toml
	$(LOCK) --extra build --output-file requirements.lock
	$(LOCK) --extra build --extra test --constraints requirements.lock --output-file requirements-test.lock

bench: $(VENV)/run.stamp  ## measure the web server beside its peers
	$(PY) benchmarks/servers.py --index-dir "$(INDEX_DIR)"

clean:  ## remove everything that was made here, the index too
	rm -rf $(VENV) var build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

# A stamp is as new as the last installation of what it stands on.
$(VENV)/run.stamp: requirements.lock pyproject.toml | $(PY)
	$(PIP) --require-hashes -r $<
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: requirements-test.lock pyproject.toml | $(PY)
	$(PIP) --require-hashes -r $<
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Genelight needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1 || true)." >&2; \
	  echo "Name another, for example: make PYTHON=/usr/bin/python3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  .ci/debian-packages "python$$($(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
	$(PYTHON) -m venv --clear $(VENV)
