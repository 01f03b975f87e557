"""How the file of `--secrets` is written: which field stands for which masked place, and the lines to add. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from migrator.model.canonical import steps_of

#: Characters of a line above which the YAML writer would break it.
_UNBROKEN = 1_000_000


def field_of(pointer: str) -> str:
    """How a masked place is called in the file: a dotted path below `data`, or its JSON pointer if that is not one."""
    steps = steps_of(pointer)[1:]
    return pointer if any(not step or "." in step for step in steps) else ".".join(steps)


def places_named(field: str, masks: Iterable[str]) -> list[str]:
    """The masked places that a field of the file means: by its JSON pointer, or by a dotted path below `data`."""
    return [pointer for pointer in masks if field in {pointer, ".".join(steps_of(pointer)[1:])}]


def lines_for(pointers: Sequence[str]) -> str:
    """What to add below a resource's key, to be read in a sentence."""
    return ", ".join(_spelled({field_of(pointer): None}).rstrip() + " VALUE" for pointer in pointers)


def template(missing: Mapping[str, Sequence[str]]) -> str:
    """A file that lacks nothing but the values.

    Args:
        missing: Masked places by key, as JSON pointers.
    """
    return _spelled({key: dict.fromkeys(map(field_of, pointers)) for key, pointers in missing.items()})


def _spelled(content: Mapping[str, object]) -> str:
    import yaml  # noqa: PLC0415 - 12 ms in each process; few runs have masks to name

    text: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=_UNBROKEN, default_flow_style=False)
    return text.replace(": null\n", ":\n")
