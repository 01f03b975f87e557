"""docs/benchmarks.md, its pictures and the README's summary say what was measured."""

from benchmarks.keeping import drawn, kept, written_from


def test_what_is_written_is_written_from_the_results() -> None:
    """No figure is written by hand; `python -m benchmarks.keeping` writes it anew after a change of how it looks."""
    written = written_from(kept())
    assert {path: path.read_text(encoding="utf-8") for path in written} == written


def test_every_picture_is_of_the_page() -> None:
    """None is left of a contest that is held no more."""
    assert set(drawn()) <= set(written_from(kept()))
