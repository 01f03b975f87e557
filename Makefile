# Everything a newcomer types. Each target makes what it needs in .venv from pinned requirements.
PYTHON ?= python3
BIN := .venv/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# Servers of these versions are what `make test-versions` moves from and to, beside the one of the demo.
VERSIONS := 2.20.25 3.4.14 3.6.29

.PHONY: venv demo test test-versions test-deploy chaos size bench redis-server postgresql browser screenshots check format schemas snapshots pictures clean

venv: .venv/.demo

.venv/bin/python:
	$(PYTHON) -m venv .venv

# The program with the two throw-away servers of `migrator demo`. What is installed in place, pip does not compile, and
# where PYTHONDONTWRITEBYTECODE is set Python would do it in each process anew.
.venv/.demo: pyproject.toml constraints.txt | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[demo]'
	$(BIN)/python -m compileall -q migrator workers
	@touch $@

# What the checks and the tests need on top.
.venv/.dev: .venv/.demo
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: .venv/.demo
	$(BIN)/migrator demo

check: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# In so many processes (0 is none beside pytest's own), file by file in the order that tests/conftest.py says; and then,
# with the machine to itself, what measures time.
PROCESSES ?= 2
test: .venv/.dev
	$(BIN)/pytest -m 'not measures_time' --numprocesses $(PROCESSES) --dist loadfile --no-loadscope-reorder
	$(BIN)/pytest -m measures_time tests/integration

# A run of a million nodes that do nothing; it wants the machine to itself.
NODES ?= 1000000
size: .venv/.dev
	NODES=$(NODES) $(BIN)/pytest -s tests/size

# What the program itself costs, measured in turn with rivals. It wants the machine to itself.
# Some hours; each contest is kept as it ends.
bench: .venv/.dev postgresql
	$(RM) benchmarks/results/*.json
	$(BIN)/python -m benchmarks all --keep

test-versions: .venv/.dev $(VERSIONS:%=.versions/%/.installed)
	$(BIN)/pytest tests/versions

# The image, the manifests, alerts and the dashboard, as their own validators see them: large ones, in a place of their own.
test-deploy: .deploy/.installed .deploy/promtool
	.deploy/bin/python -m pytest --config-file tests/deploy/validators/pytest.ini tests/deploy/validators

.deploy/.installed: tests/deploy/validators/requirements.txt
	$(PYTHON) -m venv .deploy
	.deploy/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Prometheus's own tool: this machine's, or the one that Debian has. No root is needed.
.deploy/promtool:
	mkdir -p .deploy/packages
	command -v promtool || (cd .deploy/packages && apt-get download prometheus && dpkg-deb --extract prometheus_*.deb .)
	ln -sf "$$(command -v promtool || echo packages/usr/bin/promtool)" $@

# What the compose file and a cluster's Secrets are made from: one folder each, one file a key, made once. The workspaces
# are those of the compose file's demo until you write your own. Readable by who can enter the folder, as containers must.
secrets:
	umask 077 && mkdir $@
	umask 022 && mkdir $@/source $@/destination $@/redis $@/valkey $@/sealing $@/dashboard
	for side in source destination; do \
		echo "http://$$side:4200/api" > $@/$$side/url; touch $@/$$side/api-key $@/$$side/auth-string; \
	done
	openssl rand -hex 32 > $@/sealing/key
	openssl rand -hex 32 > $@/dashboard/token
	openssl rand -hex 32 | tr -d '\n' > $@/redis/password
	printf '%s\n' 'user default on nopass resetkeys resetchannels -@all +ping' \
		"user migrator on #$$(openssl dgst -sha256 -r < $@/redis/password | cut -d ' ' -f 1) $(RIGHTS)" > $@/valkey/users.acl
	chmod -R a+rX $@/*

# What the program needs to do in a Redis: docs/how-to/shared-redis.md.
RIGHTS := ~migrator:* ~{migrator-dramatiq}* &* +@read +@write +@scripting +@transaction +@connection +info +time +keys

# Storms over a run, one line each: SEEDS=100 of them, or SEED=17 alone; REDIS= names another server than our own.
SEEDS := 10

chaos: .venv/.dev
	$(BIN)/python -m tests.chaos $(if $(SEED),--seed $(SEED),--seeds $(SEEDS)) $(if $(REDIS),--redis $(REDIS))

# Debian's Redis in .redis, for the tests that run on it too; no root is needed. Without it they are skipped.
REDIS_PACKAGES := redis-server redis-tools libjemalloc2 liblzf1

redis-server: .redis/redis-server

.redis/redis-server: tests/redis-server.sh
	mkdir -p .redis/packages
	cd .redis/packages && apt-get download $(REDIS_PACKAGES)
	for package in .redis/packages/*.deb; do dpkg-deb --extract $$package .redis; done
	install $< $@

# Debian's PostgreSQL in .postgresql, for the servers of the benchmark; no root is needed.
POSTGRESQL_PACKAGES := postgresql-15 postgresql-client-15 libpq5 libicu72 libldap-2.5-0 liblz4-1 libxml2 libzstd1

postgresql: .postgresql/.unpacked

.postgresql/.unpacked:
	mkdir -p .postgresql/packages
	cd .postgresql/packages && apt-get download $(POSTGRESQL_PACKAGES)
	for package in .postgresql/packages/*.deb; do dpkg-deb --extract $$package .postgresql; done
	@touch $@

# Debian's Chromium, for the tests of pages; installing it needs root. Without it they are skipped.
browser:
	command -v chromium || $(SUDO) apt-get install --yes --quiet --no-install-recommends chromium

# Pictures of pages in screenshots/, to be looked at; the report also on paper.
screenshots: .venv/.dev browser
	$(BIN)/python -m tests.browser.screenshots

.versions/%/.installed: tests/versions/requirements/%.txt
	$(PYTHON) -m venv .versions/$*
	.versions/$*/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The JSON schemas of the machine forms, after a change to migrator/reporting/model.py.
schemas: .venv/.dev
	$(BIN)/python -m tests.unit.docs.schemas

# What a terminal shows, as the tests compare it; after a change that was meant. Then `make pictures`.
snapshots: .venv/.dev
	$(BIN)/python -m tests.unit.reporting.shown

# The pictures of the documentation, of what a terminal shows.
pictures: .venv/.dev
	$(BIN)/python -m tests.unit.docs.pictures

clean:
	rm -rf .venv .versions .redis .postgresql .deploy .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
