"""Scripts that are wrong in one place: what tests must notice."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from migrator.engine import scripts


@contextmanager
def mutated(script: str, old: str, new: str) -> Iterator[None]:
    """The wrappers call scripts of which one is another while this lasts."""
    right = scripts.source
    text = right(script)
    assert text.count(old) == 1
    registered = scripts._registered  # noqa: SLF001 - it remembers the scripts that it has seen
    with mock.patch.object(scripts, "source", lambda name: text.replace(old, new) if name == script else right(name)):
        registered.cache_clear()
        yield
    registered.cache_clear()
