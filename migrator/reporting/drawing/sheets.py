"""The style sheets that every page shares."""

from functools import cache
from importlib.resources import files

#: Colours first, for the others name them.
SHEETS = ("colours", "figures")


@cache
def sheet(name: str) -> str:
    """A style sheet, by its name without `.css`."""
    return (files("migrator.reporting.drawing") / f"{name}.css").read_text(encoding="utf-8")
