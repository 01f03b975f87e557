"""What a browser would take for markup in a text, and what for words."""

import re
from html.parser import HTMLParser

#: Texts that want to be more than text.
HOSTILE = (
    "<b>bold</b>",
    "</script><script>alert(1)</script>",
    "<!-- ",
    "--> ",
    "]]>",
    '" onload="alert(1)',
    "' onclick='alert(1)",
    "</svg><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp;",
    "| pipe | `code` \n# heading",
)


class Markup(HTMLParser):
    """The tags of a text with the names of their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag begins."""
        self.tags.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        """A tag ends."""
        self.tags.append((f"/{tag}", ()))

    def handle_comment(self, _data: str) -> None:
        """What is no words of ours."""
        self.tags.append(("comment", ()))

    def handle_data(self, data: str) -> None:
        """Words."""
        self.said.append(data)

    @property
    def words(self) -> str:
        """All of them."""
        return "\n".join(self.said)


def attributes(text: str, tag: str, class_: str = "") -> list[dict[str, str]]:
    """The attributes of all elements, or of those of a class, as they stand."""
    found = re.findall(rf"<{tag} ([^>]*)>", text)
    elements = [dict(re.findall(r'([\w-]+)="([^"]*)"', one)) for one in found]
    return [one for one in elements if not class_ or class_ in one.get("class", "").split()]
