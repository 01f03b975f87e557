"""SVG, as text inside a page: elements, with everything that is said in them escaped. Pure.

No element has a colour: its classes do, which `figures.css` tells how to look in the light and in the dark.
"""

from html import escape


def element(name: str, *inside: str, **attributes: str | float) -> str:
    """An element.

    Args:
        name: Its name.
        inside: Elements, or what `words` has made.
        attributes: `class_` stands for `class`, `text_anchor` for `text-anchor`.
    """
    spelled = "".join(f' {_name(attribute)}="{_value(value)}"' for attribute, value in attributes.items())
    return f"<{name}{spelled}>{''.join(inside)}</{name}>"


def words(said: str) -> str:
    """What is said, as it stands inside an element."""
    return escape(said)


def text(said: str, x: float, y: float, **attributes: str | float) -> str:
    """Words at a place."""
    return element("text", words(said), x=x, y=y, **attributes)


def picture(*inside: str, width: float, height: float, class_: str, title: str, description: str) -> str:
    """A whole picture; who cannot see it is told its title and its description."""
    told = element("title", words(title)), element("desc", words(description))
    box = f"0 0 {at(width)} {at(height)}"
    return element("svg", *told, *inside, viewBox=box, width=width, height=height, class_=class_, role="img")


def tone(name: str) -> str:
    """The class that gives the colour of an outcome, or of whatever else has one."""
    return f"tone-{''.join(letter if letter.isalnum() else '-' for letter in name.lower())}"


def at(number: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{number:.1f}".removesuffix(".0")


def _name(attribute: str) -> str:
    return attribute.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    return escape(value) if isinstance(value, str) else at(value)
