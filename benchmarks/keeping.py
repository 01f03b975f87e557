"""Where results are kept, and the page that is written from them."""

from pathlib import Path

from benchmarks.form import PartForm
from benchmarks.rendering import page_of

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = ROOT / "docs" / "benchmarks.md"


def kept() -> list[PartForm]:
    """What was measured last of each part."""
    return [PartForm.model_validate_json(path.read_bytes()) for path in sorted(RESULTS.glob("*.json"))]


def keep(form: PartForm) -> None:
    """Keep what was measured of a part, and write the page anew."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{form.part}.json").write_text(form.model_dump_json(indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page_of(kept()), encoding="utf-8")
