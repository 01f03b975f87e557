"""What a body's templates name: `{{ prefect.blocks.<slug>.<name> }}` and `{{ prefect.variables.<name> }}`. Pure."""

import re

from migrator.model.keys import Key, key_of

#: The placeholders that Prefect resolves by name (`prefect.utilities.templating`).
_PLACEHOLDER = re.compile(rb"\{\{(?:\s|\\[nrt])*prefect\.(blocks|variables)\.([^}\s\\]+)(?:\s|\\[nrt])*\}\}")


def mentions(text: bytes) -> tuple[Key, ...]:
    """The keys of what a body, as JSON text, names in templates; each once, sorted."""
    if b"prefect." not in text:
        return ()
    return tuple(sorted({key for match in _PLACEHOLDER.finditer(text) for key in _keys(*match.groups())}))


def _keys(family: bytes, path: bytes) -> list[Key]:
    names = path.decode().split(".")
    if family == b"variables":
        return [key_of("variable", names[0])]
    return [key_of("block-document", names[0], names[1])] if len(names) > 1 else []
