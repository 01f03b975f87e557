"""The pictures of the documentation: what a terminal shows, as SVG; `make pictures` draws them anew."""

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from tests.unit.docs.pages import DOCS
from tests.unit.reporting.shown import SHOWN

#: Columns of the terminal on a picture.
COLUMNS = 110
#: By its name, what a picture shows, and what was typed for it.
PICTURES: Mapping[str, tuple[str, str]] = {
    "plan": ("plan", "migrator plan --from local --to prod --on-existing update"),
    "run": ("board", "migrator run --from local --to prod"),
    "report": ("run", "migrator report last"),
}
#: Without the fonts that rich would load from elsewhere: whoever looks at it has one of equal width.
_FORMAT = re.sub(r"\s*@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def picture_at(name: str) -> Path:
    """Where a picture is kept."""
    return DOCS / "pictures" / f"{name}.svg"


def picture_of(name: str) -> str:
    """A terminal that shows it now."""
    what, command = PICTURES[name]
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True, highlight=False)
    SHOWN[what](console)
    drawn = console.export_svg(title=f"$ {command}", code_format=_FORMAT, unique_id=name)
    return "".join(f"{line.rstrip()}\n" for line in drawn.splitlines())


def draw() -> None:
    """Draw every picture anew."""
    for name in PICTURES:
        picture_at(name).parent.mkdir(exist_ok=True)
        picture_at(name).write_text(picture_of(name), encoding="utf-8")


if __name__ == "__main__":
    draw()
