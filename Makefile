# make demo   a fresh machine: installs into .venv, ranks the sample resumes, prints, writes out/shortlist.xlsx
# make test   installs all that the tests need and runs them
# make help   the rest

PYTHON ?= python3
VENV ?= .venv
# The sample resumes' golden answers are written for this date.
AS_OF ?= 2026-11-24
HOST ?= 127.0.0.1
PORT ?= 8000
# Files of tests side by side on all cores; a file's tests share what they set up. make PYTEST_PARALLEL= for one process.
PYTEST_PARALLEL ?= -n $(shell nproc) --dist loadfile

PY := $(VENV)/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
SAMPLES := $(sort $(wildcard tests/resumes/*.txt tests/resumes/*.docx tests/resumes/*.pdf))
DEBIAN_PACKAGES := $(shell sed -e 's/\#.*//' .ci/debian-packages.txt)

.DEFAULT_GOAL := help
.PHONY: help install demo test check format serve bench bench-check fuzz fit readme ocr scale packages clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "需要 Python 3.11 或更新的版本（make PYTHON=python3.12 …）/ Python 3.11 or later is needed" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo "无法建立虚拟环境；Debian 请先 apt-get install python3-venv / python3-venv is missing" >&2; exit 1; }

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	@echo "安装依赖到 $(VENV)/ …"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements-ocr.txt requirements-scale.txt $(VENV)/.runtime
	@echo "安装测试依赖到 $(VENV)/ …"
	@$(PIP_INSTALL) -r requirements-dev.txt -r requirements-ocr.txt -r requirements-scale.txt
	@touch $@

$(VENV)/.bench: requirements-bench.txt $(VENV)/.dev
	@echo "安装测量所用的对照组件到 $(VENV)/ …"
	@$(PIP_INSTALL) --no-deps -r requirements-bench.txt
	@touch $@

install: $(VENV)/.runtime ## install what running needs into .venv

demo: $(VENV)/.runtime ## rank the sample resumes: a table, a shortlist, out/shortlist.xlsx
	@mkdir -p out
	@$(PY) -m matcher match tests/resumes/p01_clear.docx --as-of $(AS_OF)
	@$(PY) -m matcher rank $(SAMPLES) --out out/shortlist.xlsx --as-of $(AS_OF)
	@echo "名单已写入 out/shortlist.xlsx（$(words $(SAMPLES)) 份虚构简历，截至 $(AS_OF)）"

# Real counterparts of some tests. Without root or apt-get those tests are skipped, and pytest names each.
packages:
	@missing=$$(for p in $(DEBIAN_PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
	if [ -z "$$missing" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "安装测试所用的系统软件包：" $$missing; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "未安装系统软件包（相关测试将跳过）/ not installed, some tests will be skipped:" $$missing; fi

test: $(VENV)/.dev packages ## install all that the tests need and run them
	@$(PY) -m pytest -q $(PYTEST_PARALLEL)

check: $(VENV)/.dev packages ## format, lint, types, and the tests with warnings as errors
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -m pytest -q -W error $(PYTEST_PARALLEL)

format: $(VENV)/.dev ## let ruff format and mend the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

serve: $(VENV)/.runtime ## pages, HTTP interface and the worker of the pools on http://127.0.0.1:8000
	@$(PY) -m web serve --host $(HOST) --port $(PORT)

bench: $(VENV)/.bench ## speed, memory and scale, each beside a peer (bench/results/; some minutes)
	@for script in bench/bench_*.py; do echo "== $$script"; $(PY) -m bench.$$(basename $$script .py) || exit 1; done

bench-check: $(VENV)/bin/python ## the last `make bench` against the ratios of bench/budget.toml
	@$(PY) -m bench.check

fuzz: $(VENV)/.dev packages ## the parsers against many more made-up inputs than `make test` tries
	@$(PY) -m tests.reading.fuzz --files 2300 --seed $$(date +%j)
	@$(PY) -m pytest -q -m hypothesis --hypothesis-profile=fuzz

fit: $(VENV)/.runtime ## fit the ranker from data/ again (after an edit there)
	@$(PY) -m matcher fit

readme: $(VENV)/.runtime ## put the real output into README.md again
	@$(PY) -m tests.update_readme

ocr: $(VENV)/.runtime ## the optional OCR for scans (about 300 MB)
	@$(PIP_INSTALL) -r requirements-ocr.txt

scale: $(VENV)/.runtime ## the optional Parquet tables and many-machine ranking (about 150 MB)
	@$(PIP_INSTALL) -r requirements-scale.txt

clean: ## remove what make has made
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis
