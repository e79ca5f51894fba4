# The guide, served, built and tested. `make` lists what there is.

PYTHON ?= python3
PORT ?= 8000
ADDRESS := 127.0.0.1
RUN := .venv/bin/python

# The theme's advertisement for its successor; it is no warning of the build.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help serve build test bench corrupt parity search-worker venv lock clean python site-environment

help: ## what there is to make
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "make %-13s %s\n", $$1, $$2}'

serve: site-environment ## the site while you write, at PORT=8000; AS_OF=2016-01-23 shows the prices of that day
	@$(RUN) -c 'import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("$(ADDRESS)", $(PORT)))' \
		2>/dev/null || { echo "Port $(PORT) is taken; choose another: make serve PORT=8001" >&2; exit 1; }
	@exec $(RUN) -m mkdocs serve --dev-addr $(ADDRESS):$(PORT)

build: site-environment ## the site for publishing, in site/; when it fails, the last good one stays
	@$(RUN) .ci/build.py $(RUN) -m mkdocs build --strict

test: venv ## every test, over a strict build of the site: what CI runs
	@unset AS_OF; $(MAKE) --no-print-directory build && SITE=site $(RUN) -m pytest -n auto --dist worksteal --timeout 300

bench: venv ## what the macros and receipts cost, as ratios and sizes; writes docs/contributing/performance.yml
	@$(RUN) -m tests.bench

corrupt: venv ## spoil rates.yml in every way, and see who notices; writes docs/contributing/corrupt.yml
	@$(RUN) -m tests.corrupt

search-worker: site-environment ## the search of the theme with our patches, made anew after an upgrade of the theme
	@$(RUN) docs/.theme/.search/patch.py

parity: venv ## a million workloads billed by both engines, in Python and in JavaScript; writes docs/contributing/parity.yml; COUNT=1000 for fewer
	@$(RUN) -m tests.parity $(if $(COUNT),--count $(COUNT))

venv: python ## all that serve, build and test need
	@$(PYTHON) tests/environment.py site tests sam
	@$(RUN) -m tests.machine
	@$(RUN) -m tests.lambda_runtime.tools
	@$(RUN) -m tests.browser

lock: python ## compile the requirements anew after an edit of a .in file; UPGRADE=--upgrade takes newer versions
	@$(PYTHON) tests/environment.py lock
	@for folder in . tests; do (cd $$folder && for name in requirements*.in; do echo "compiling $$folder/$$name ..."; \
		$(CURDIR)/.venv/lock/bin/uv pip compile $$name --output-file $${name%.in}.txt $(UPGRADE) --quiet --no-config --universal \
			--python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --custom-compile-command 'make lock' || exit 1; done) || exit 1; done

clean: ## remove what make made, the environments too
	rm -rf .venv site .site-build-* tests/node/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

site-environment: python
	@$(PYTHON) tests/environment.py site

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "$(PYTHON) is not a Python of 3.11 or newer; install one, or name it: make PYTHON=python3.12" >&2; exit 1; }
