"""The file of `--secrets`: values of what the source shows masked, by key and field. They stay in memory.

Every value is text, exactly as it is written: `0123` and `yes` stay what they are. No message quotes one.
"""

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from migrator.errors import UsageError
from migrator.model.keys import Key
from migrator.model.secrets_file import places_named

_EXAMPLE = "write it as in  block-document/aws-credentials/prod: {aws_secret_access_key: {env: PROD_KEY}}"
_VALUE = "a value is text, perhaps in quotes, or {env: NAME}"
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True)
class Secrets:
    """What a file of secrets holds.

    Attributes:
        path: The file.
        fields: By key, the values of its fields.
    """

    path: Path | None = None
    fields: Mapping[Key, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def refuse_strangers(self, keys: Collection[Key]) -> None:
        """Refuse a key that is none of a workspace's.

        Raises:
            UsageError: It says so.
        """
        for key in self.fields:
            if key not in keys:
                nearest = difflib.get_close_matches(key, keys, n=1)
                guess = f"did you mean {nearest[0]}? " if nearest else ""
                raise UsageError(
                    f"{self.path} has secrets for {key}, which is not at the source",
                    f"{guess}migrator plan … lists what is missing",
                )

    def by_place(self, key: Key, masks: Collection[str]) -> dict[str, str]:
        """The values of a resource by the JSON pointers of its masks.

        Raises:
            UsageError: A field means none of the masks, or a mask has two values.
        """
        values: dict[str, str] = {}
        for name, value in self.fields.get(key, {}).items():
            places = places_named(name, masks)
            if len(places) != 1 or places[0] in values:
                raise UsageError(
                    f"{self.path} names field {name} of {key}, {_misfit(places)}",
                    "take the line out; only what the source masks is taken from the file, once",
                )
            values[places[0]] = value
        return values


NO_SECRETS = Secrets()


def read_secrets(path: Path, environment: Mapping[str, str]) -> Secrets:
    """Read a file of secrets.

    Args:
        path: The file.
        environment: Where a value `{env: NAME}` is found.

    Raises:
        UsageError: There is no such file, it is not written as it must be, or a variable is not set.
    """
    reader = _Reader(path, environment)
    root = reader.root()
    return Secrets(
        path,
        {
            Key(key): {name: reader.value(value) for name, value in reader.members(fields)}
            for key, fields in reader.members(root)
        },
    )


@dataclass(frozen=True)
class _Reader:
    path: Path
    environment: Mapping[str, str] = field(repr=False)

    def root(self) -> yaml.Node:
        try:
            root: yaml.Node | None = yaml.compose(self.path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except OSError as error:
            raise UsageError(
                f"the file of secrets {self.path} cannot be read: {error.strerror}", "name one that this user may read"
            ) from error
        except UnicodeDecodeError:
            raise UsageError(f"the file of secrets {self.path} is not UTF-8", "save it as UTF-8") from None
        except (yaml.YAMLError, RecursionError) as error:
            # The parser's own words may quote the file; its position is all that is said.
            mark = getattr(error, "problem_mark", None)
            where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
            raise UsageError(f"the file of secrets {self.path} is not valid YAML{where}", _EXAMPLE) from None
        if root is None:
            raise UsageError(f"the file of secrets {self.path} is empty", _EXAMPLE)
        return root

    def members(self, node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
        """The members of a mapping, whose names are texts and differ."""
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, "is no mapping")
        seen: set[str] = set()
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise self._error(name, "has a name that is no text")
            if name.value in seen:
                raise self._error(name, "has a name a second time")
            seen.add(name.value)
            yield name.value, value

    def value(self, node: yaml.Node) -> str:
        """The value of a field: its text, or that of a variable."""
        if isinstance(node, yaml.MappingNode):
            return self._from_environment(node)
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, "has a list for a value", _VALUE)
        if node.tag == _NULL or not node.value:
            raise self._error(node, "has a field without a value", _VALUE)
        return str(node.value)

    def _from_environment(self, node: yaml.MappingNode) -> str:
        found = dict(self.members(node))
        variable = found.get("env")
        if len(found) != 1 or not isinstance(variable, yaml.ScalarNode):
            raise self._error(node, "has a mapping for a value", _VALUE)
        value = self.environment.get(variable.value)
        if not value:
            raise self._error(node, f"takes a value from the variable {variable.value}, which is not set", "set it")
        return value

    def _error(self, node: yaml.Node, what: str, advice: str = _EXAMPLE) -> UsageError:
        """By line alone: where quotes are missing, a piece of a value is read as a name."""
        return UsageError(f"the file of secrets {self.path} {what} (line {node.start_mark.line + 1})", advice)


def _misfit(places: Collection[str]) -> str:
    if not places:
        return "which the source does not mask"
    return "which is named already" if len(places) == 1 else f"which could be any of {', '.join(places)}"
