# Everything on a bare Debian with Python 3.11, pip, venv and make:
#   make demo     install, run the whole way on invented files, serve the site
#   make test     install, run every check and test
#   make prove    the long proofs (simulated floods, thousands of kills, millions of rows)

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8001
ROWS   ?= 2000
SITE   ?= demo-site

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo test check unit prove bench docs lock package clean chromium

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | column -t -s "	"

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: $(BIN)/python requirements-dev.lock pyproject.toml
	$(BIN)/python -m pip install -q --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --no-deps -e .
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed  ## the program and what it needs, in .venv

install-dev: $(VENV)/.installed-dev  ## the same and the tools of a contributor

demo: install  ## the whole way on invented files, then a served site
	@test -d $(SITE) || $(BIN)/gongshi new $(SITE)
	$(BIN)/gongshi --root $(SITE) demo --rows $(ROWS) --port $(PORT)

chromium:  # for the browser tests; where it cannot be installed they are skipped with that reason
	@command -v chromium >/dev/null || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium libatomic1 fonts-noto-cjk >/dev/null; } || \
	  echo "chromium 无法安装,浏览器测试将跳过 / chromium could not be installed, browser tests will be skipped"

test: install-dev chromium check unit  ## every check and test

check: install-dev  ## format, lint, types, layers, dependencies, dead code, spelling, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/vulture
	$(BIN)/codespell README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md docs src
	$(BIN)/yamllint -s ingest schemas metadata.yml
	$(BIN)/python docs/generate.py --check

unit: install-dev
	$(BIN)/python -m pytest -m "not prove" -n 2 --dist loadfile

prove: install-dev  ## the long proofs, by hand
	$(BIN)/python -m pytest -m prove --timeout 0

bench: install-dev  ## Gongshi against the naive chain, both sides printed
	$(BIN)/python bench/whole.py
	$(BIN)/python bench/validate.py

docs: install-dev  ## write the generated reference pages anew
	$(BIN)/python docs/generate.py

lock:  ## pin every dependency anew (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.lock

package: install-dev  ## the wheel and the source archive
	$(BIN)/python -m build

clean:
	rm -rf build var dist $(SITE)
