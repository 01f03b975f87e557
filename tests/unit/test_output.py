"""A file of `--output` is there in whole or not at all."""

from pathlib import Path

import pytest

from migrator.cli.output import output_to
from migrator.errors import UsageError


def test_what_is_written_is_there_afterwards(tmp_path: Path) -> None:
    """In place of what was there, with nothing beside it."""
    path = tmp_path / "report.html"
    path.write_text("an old one")

    with output_to(path) as file:
        file.write("a new one")
        assert path.read_text() == "an old one"

    assert path.read_text() == "a new one"
    assert [*tmp_path.iterdir()] == [path]


def test_what_breaks_off_leaves_what_was_there(tmp_path: Path) -> None:
    """And nothing beside it."""
    path = tmp_path / "report.html"
    path.write_text("an old one")

    def break_off() -> None:
        with output_to(path) as file:
            file.write("half a ne")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()

    assert path.read_text() == "an old one"
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.parametrize("name", ["nowhere/report.html", "."])
def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    """With its name, and without a trace of ours."""
    with pytest.raises(UsageError, match="cannot be written"), output_to(tmp_path / name) as file:
        file.write("text")

    assert [*tmp_path.iterdir()] == []
    assert not [path for path in tmp_path.parent.iterdir() if path.name.startswith(f".{tmp_path.name}.")]


def test_without_a_file_it_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """As it is."""
    with output_to(None) as file:
        file.write("text")

    assert capsys.readouterr().out == "text"
