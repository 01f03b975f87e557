"""docs/benchmarks.md says what was measured."""

from benchmarks.keeping import PAGE, kept
from benchmarks.rendering import page_of


def test_the_page_is_written_from_the_results() -> None:
    """No figure in it is written by hand; where nothing was measured, there is no page."""
    parts = kept()
    assert PAGE.exists() == bool(parts)
    assert not parts or PAGE.read_text(encoding="utf-8") == page_of(parts)
