"""Where results are kept, and what is written from them: the page, its pictures, the summary in the README."""

from collections.abc import Mapping
from pathlib import Path

from benchmarks.form import PartForm
from benchmarks.parts import PARTS
from benchmarks.rendering import PICTURES, page_of, pictures_of
from benchmarks.summary import summary_of, within

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"
README = ROOT / "README.md"


def kept() -> list[PartForm]:
    """What was measured last of each part, in their order."""
    return [form for part in PARTS if (form := _kept_of(part))]


def keep(form: PartForm) -> None:
    """Keep what was measured of a part beside what else was, and write anew what is written from it."""
    RESULTS.mkdir(exist_ok=True)
    before = _kept_of(form.part)
    both = before.with_new(form) if before else form
    _result_of(form.part).write_text(both.model_dump_json(indent=2) + "\n", encoding="utf-8")
    write()


def _kept_of(part: str) -> PartForm | None:
    path = _result_of(part)
    return PartForm.model_validate_json(path.read_bytes()) if path.exists() else None


def _result_of(part: str) -> Path:
    return RESULTS / f"{part}.json"


def write() -> None:
    """Write what is written from the results, and remove the pictures of what is no longer among them."""
    written = written_from(kept())
    for old in set(drawn()) - set(written):
        old.unlink()
    for path, content in written.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")


def drawn() -> list[Path]:
    """The pictures that there are."""
    return sorted((PAGE.parent / PICTURES).glob("*.svg"))


def written_from(parts: list[PartForm]) -> Mapping[Path, str]:
    """By file, what is to be in it."""
    headlines = {name: part.HEADLINES for name, part in PARTS.items()}
    pictures = {PAGE.parent / PICTURES / name: picture for name, picture in pictures_of(parts).items()}
    readme = within(README.read_text(encoding="utf-8"), summary_of(parts, headlines))
    return {PAGE: page_of(parts), README: readme, **pictures}


if __name__ == "__main__":
    write()
