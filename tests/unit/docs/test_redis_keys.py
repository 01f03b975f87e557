"""docs/architecture.md has every key in Redis, with the type that the scripts give it."""

import re

from migrator.engine.keys import BUDGET, EXCLUSION, LEDGERS, PROBE, RUNS, SERVER, STRUCTURES, VERSIONS, WORKERS
from tests.unit.docs.pages import ROOT, code, page, rows, section

_HEADER = re.compile(r"^-- KEYS\[\d+\]\s+(\w+)\s+(hash|list|set|zset|string)\b", re.MULTILINE)
_SCRIPTS = sorted((ROOT / "migrator" / "engine" / "scripts").glob("*.lua"))
_TYPES = {code(row[0])[0]: row[1] for row in rows(section(page("architecture.md"), "## The Redis data model"))}


def test_every_key_has_a_row() -> None:
    """And every row is a key."""
    assert set(_TYPES) == {RUNS, LEDGERS, WORKERS, VERSIONS, EXCLUSION, SERVER, PROBE, *STRUCTURES, *BUDGET}


def test_a_type_is_that_of_the_scripts_headers() -> None:
    """A script that takes a list for what the page calls a hash fails here."""
    said = {pair for script in _SCRIPTS for pair in _HEADER.findall(script.read_text(encoding="utf-8"))}
    assert {(name, _TYPES[name]) for name, _ in said} == said
