"""The Dockerfile as tests read it: its instructions, in order."""

import json
import re

from tests.deploy.manifests import ROOT

FILE = ROOT / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """Each instruction with its arguments, on one line."""
    text = re.sub(r"^\s*#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest) for line in lines if line for word, _, rest in [line.partition(" ")]]


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage; what stands before the first belongs to none."""
    found: list[list[tuple[str, str]]] = []
    for word, rest in instructions():
        if word == "FROM":
            found.append([])
        elif found:
            found[-1].append((word, rest))
    return found


def last(word: str) -> str:
    """The arguments of the last instruction of a kind."""
    return [rest for found, rest in stages()[-1] if found == word][-1]


def exec_form(arguments: str) -> list[str]:
    """A command that no shell takes apart.

    Raises:
        ValueError: It is not in this form.
    """
    command: list[str] = json.loads(arguments)
    return command


def environment() -> dict[str, str]:
    """What the image puts into the environment."""
    pairs = (pair for word, rest in stages()[-1] if word == "ENV" for pair in rest.split())
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}
