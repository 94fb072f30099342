# `make` lists the targets. `make run` and `make test` need no other step before them.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Of tests side by side: each worker brings a broker of its own, programs, and at times a browser. One
# more than the two cores of the continuous checks: a worker waits for what it starts.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help run test stop check format lock demo-reset clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

run: $(VENV)/runs ## start the database, the broker, the three programs and the simulated machine hall
	@$(BIN)/python -m deploy.run

test: $(VENV)/ready ## every check and every test, on the real database and broker
	@$(BIN)/python -m deploy.stack tests -- $(MAKE) --no-print-directory --jobs 2 check compiled
	@$(BIN)/python -m deploy.stack tests -- $(MAKE) --no-print-directory pytest

.PHONY: test-313
test-313: ## every test on Python 3.13, which a private Debian 13 brings where the machine has none
	@$(MAKE) --no-print-directory pytest-ready VENV=.venv313 PYTHON="$$($(PYTHON) -m deploy.stack python)"

.PHONY: pytest-ready
pytest-ready: $(VENV)/ready
	@$(BIN)/python -m deploy.stack tests -- $(MAKE) --no-print-directory pytest VENV=$(VENV)

check: $(VENV)/ready ## the checks that need no database: ruff, mypy, import rules
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy api ingest scheduler gadong deploy
	$(BIN)/mypy --scripts-are-modules tests bench
	$(BIN)/lint-imports

# Compiles the tests once, while the types are checked: otherwise each worker does it for itself.
.PHONY: compiled
compiled: $(VENV)/ready
	@$(BIN)/pytest --collect-only --quiet $(TESTS) > /dev/null || true

.PHONY: pytest
pytest:
	# In the order of tests/conftest.py: the files of few and long tests would otherwise come last, and alone.
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

stop: ## stop the database and the broker that `make run` or `make test` started; data is kept
	@$(PYTHON) -m deploy.stack down

format: $(VENV)/ready ## write the code in its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(VENV)/ready ## write requirements/*.txt anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --extra archive -o requirements/runtime.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --extra archive --group dev -o requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --group run -c requirements/dev.txt \
	  -o requirements/run.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --group independent -o requirements/independent.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --group assets -o requirements/assets.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --group provider -o requirements/provider.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --custom-compile-command "make lock" --group client -o requirements/client.txt

clean: stop ## stop the stack and remove it, its data, and the virtual environment
	@$(PYTHON) -m deploy.remove

# What runs, without developers' tools; a complete environment has it already.
$(VENV)/runs: requirements/run.txt pyproject.toml deploy/venv.py deploy/assets/package-lock.json deploy/assets/__main__.py
	@if [ $(VENV)/ready -nt requirements/dev.txt ]; then touch $@; else $(PYTHON) -m deploy.venv $(VENV) --run; fi
	@$(BIN)/python -m deploy.assets || { rm -f $@; exit 1; }

$(VENV)/ready: requirements/dev.txt pyproject.toml deploy/venv.py deploy/assets/package-lock.json deploy/assets/__main__.py
	@$(PYTHON) -m deploy.venv $(VENV)
	@$(BIN)/python -m deploy.assets || { rm -f $@; exit 1; }

.PHONY: sbom audit
sbom: $(VENV)/ready ## what the product is made of, as a CycloneDX bill of materials, into build/sbom.cdx.json
	@$(BIN)/python -m deploy.sbom build/sbom.cdx.json

audit: $(VENV)/ready ## ask for known weaknesses of everything that is locked; needs the package index's advisories
	$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements/runtime.txt

.PHONY: relay
relay: $(VENV)/ready ## build the Debian package of the relay, which stands beside the machines, into build
	@$(BIN)/python -m deploy.relay

.PHONY: deb
deb: $(VENV)/ready ## build the Debian package of a whole centre into build; it asks four questions when it is set up
	@$(BIN)/python -m deploy.package

.PHONY: drill
drill: $(VENV)/ready ## kill and fill everything while 200,000 messages come, five times: nothing is lost, doubled or billed wrongly
	@$(BIN)/python -m tests.drills

.PHONY: soak
soak: $(VENV)/ready ## an hour of the demonstration at ten times its rates, among faults: memory, queues and statements each minute
	@$(BIN)/python -m tests.drills.soak

.PHONY: lint-api
lint-api: $(VENV)/ready ## lint the OpenAPI description with redocly, from its locked npm package
	@$(BIN)/python -m deploy.lint_api

.PHONY: fuzz
fuzz: $(VENV)/ready ## search every decoder for ten minutes for what makes it fall over
	@$(BIN)/python -m tests.fuzz.decoders -max_total_time=600 -timeout=2 -rss_limit_mb=1024

# How long `make schemathesis` asks as each of three callers.
MINUTES ?= 10
.PHONY: schemathesis
schemathesis: $(VENV)/ready ## ask every operation what its description allows and more, ten minutes as each caller
	@GADONG_SCHEMATHESIS_MINUTES=$(MINUTES) $(BIN)/python -m deploy.stack tests -- $(BIN)/pytest -q -s tests/api/test_schemathesis.py

.PHONY: pictures
pictures: $(VENV)/ready ## a picture of every page, and of a centre's setup from nothing, by telephone and on a desk, into build/pictures
	@$(BIN)/python -m deploy.stack exec -- $(BIN)/python -m tests.support.pictures build/pictures
	@$(BIN)/python -m tests.support.small_pictures build/pictures docs/pictures/now
	@$(BIN)/python -m deploy.stack exec -- $(BIN)/python -m tests.support.setup_pictures build/pictures/setup

.PHONY: site
site: $(VENV)/ready ## the guides and documents as a site that needs nothing from elsewhere, into build/site
	@$(BIN)/python -m deploy.site

.PHONY: bench
bench: $(VENV)/ready ## measure the core, each figure beside its floor in the same run; JSON in build
	@$(BIN)/python -m bench --json build/bench.json broker ingest booking waiting requests interlocks hall

.PHONY: bench-full
bench-full: bench ## the rest as well: bytes at rest, every dialect, pages in a browser, a closed month
	@$(BIN)/python -m bench.storage
	@$(BIN)/python -m bench.dialects
	@$(BIN)/python -m bench.pages
	@$(BIN)/python -m bench.closing

.PHONY: bench-minute
bench-minute: $(VENV)/ready ## a minute of 32 clients on groups and series: no overlap, no server error
	@$(BIN)/python -m bench.booking_minute

# How many new examples `make properties` tries of each property; those of a test's own number keep it.
EXAMPLES ?= 1000
.PHONY: properties
properties: $(VENV)/ready ## try new random examples of every property; the suite tries the same ones each time
	@GADONG_EXAMPLES=$(EXAMPLES) $(BIN)/python -m deploy.stack tests -- $(BIN)/pytest -q \
	  $$(grep -rl --include='test_*.py' hypothesis tests)

# How many worlds `make oracle` looks at in all; stopped, it goes on where it was.
WORLDS ?= 20000
# The module that `make mutate` changes; without one, all of them, one after the other.
MODULE ?=
.PHONY: oracle mutate
oracle: $(VENV)/ready ## compare the engine of money with the oracle in many new worlds
	@$(BIN)/python -m tests.oracle --worlds $(WORLDS)

mutate: $(VENV)/ready ## change each line of the rules of money and booking, and list the changes that no test notices
	@$(BIN)/python -m tests.mutation $(MODULE)
