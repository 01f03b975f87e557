"""Versions of Prefect: which were run, and which can only be a source. Pure."""

import re

#: Between servers of these and the ones in between, workspaces were moved (docs/reference/versions.md).
TESTED = ((2, 20, 25), (3, 8, 8))
#: The first that is written to.
FIRST_DESTINATION = (3,)

_NUMBERS = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


def numbers_of(version: str) -> tuple[int, ...]:
    """The numbers of a version, `3.8.8.dev1` being 3.8.8; empty where there are none."""
    found = _NUMBERS.match(version)
    return tuple(int(number) for number in found.groups(default="0")) if found else ()


def can_be_written_to(version: str) -> bool:
    """Whether it can be a destination; what tells no number is taken to be current."""
    return not (numbers := numbers_of(version)) or numbers >= FIRST_DESTINATION


def was_tested(version: str) -> bool:
    """Whether it lies between the oldest and the newest that were run."""
    return TESTED[0] <= numbers_of(version) <= TESTED[1]
