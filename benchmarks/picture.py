"""What all pictures of figures have in common: colours for the light and the dark, the frame, what is told in words."""

from migrator.reporting.drawing.svg import at, element, words

WIDTH, MARGIN = 720, 12
#: Each in the light and in the dark.
COLOURS = (
    ("#1a6fb5", "#58a6ff"),
    ("#c4621a", "#f0883e"),
    ("#2f8f4e", "#56d364"),
    ("#8a4fbf", "#bc8cff"),
    ("#b0305c", "#ff7b9c"),
    ("#7a6a00", "#e3c53a"),
)
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f } .mark { fill: #57606a } .grid, .spread { stroke: #57606a }
.grid { stroke-opacity: .3 } .bar { fill: #8c959f } .line { fill: none; stroke-width: 2 }
"""
_DARK = "text { fill: #e6edf3 } .mark { fill: #9198a1 } .grid, .spread { stroke: #9198a1 } .bar { fill: #6e7681 }"


def picture(*inside: str, height: float, title: str, said: str, style: str = "") -> str:
    """A whole one.

    Args:
        inside: Elements; `c0`, `c1`, ... are the classes of the colours.
        height: Of it.
        title: What it shows.
        said: The same for who cannot see it.
        style: How elements look that no other picture has.
    """
    told = element("title", words(title)), element("desc", words(said)), element("style", _STYLE + style + _tones())
    box = f"0 0 {WIDTH} {at(height)}"
    space = "http://www.w3.org/2000/svg"
    return element("svg", *told, *inside, xmlns=space, viewBox=box, width=WIDTH, height=height, role="img") + "\n"


def _tones() -> str:
    """Each colour for what is filled with it and for lines, in the light and in the dark."""
    light, dark = ("\n".join(map(_tone, range(len(tones)), tones)) for tones in zip(*COLOURS, strict=True))
    return f"{light}\n@media (prefers-color-scheme: dark) {{ {_DARK}\n{dark} }}\n"


def _tone(number: int, colour: str) -> str:
    return f".c{number} {{ fill: {colour} }} .line.c{number} {{ fill: none; stroke: {colour} }}"
