"""A script as its header describes it, and as its code is written: what the tests of the headers compare."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from luaparser import ast, astnodes  # type: ignore[import-untyped]

_KEY = re.compile(r"^-- KEYS\[(\d+)\]\s+(\w+)\s+(hash|list|zset)\s+\S", re.MULTILINE)
_ARGUMENT = re.compile(r"^-- ARGV\[(\d+)(…?)\]\s+(\w+(?:, \w+)*)", re.MULTILINE)
_REDIS_TYPES = {"H": "hash", "L": "list", "R": "list", "Z": "zset"}


@dataclass(frozen=True)
class Header:
    """What a script says of itself.

    Attributes:
        keys: The structures by number.
        types: The Redis type of each structure.
        arguments: The arguments that stand alone, by number.
        rest: The number from which on there are as many as the caller likes; 0 if there are none.
    """

    keys: dict[int, str]
    types: dict[str, str]
    arguments: dict[int, str]
    rest: int


@dataclass(frozen=True)
class Command:
    """A Redis command in the code: its name, and the number of the key that it is applied to; 0 if it is none."""

    name: str
    key: int

    @property
    def type(self) -> str | None:
        """The type that the command is for; None for one that suits every type."""
        return None if self.name == "EXISTS" else _REDIS_TYPES.get(self.name[0])


@dataclass(frozen=True)
class Code:
    """What a script does.

    Attributes:
        keys: The numbers by which it indexes KEYS.
        aliases: The names it gives to some of them.
        arguments: The numbers by which it indexes ARGV.
        rest: The first number of a loop over ARGV, and its step; (0, 0) if there is none.
        commands: The commands it calls.
    """

    keys: set[int]
    aliases: dict[str, int]
    arguments: set[int]
    rest: tuple[int, int]
    commands: list[Command]


def read_header(text: str) -> Header:
    """The header of a script."""
    found = {int(number): (name, kind) for number, name, kind in _KEY.findall(text)}
    arguments = [(int(number), bool(rest), name) for number, rest, name in _ARGUMENT.findall(text)]
    return Header(
        keys={number: name for number, (name, _) in found.items()},
        types=dict(found.values()),
        arguments={number: name for number, rest, name in arguments if not rest},
        rest=max((number for number, rest, _ in arguments if rest), default=0),
    )


def read_code(text: str) -> Code:
    """The code of a script, parsed."""
    nodes = list(ast.walk(ast.parse(text)))
    aliases = dict(_aliases(nodes))
    return Code(
        keys={index for index in _indices(nodes, "KEYS") if index is not None},
        aliases=aliases,
        arguments={index for index in _indices(nodes, "ARGV") if index is not None},
        rest=max(_loops(nodes), default=(0, 0)),
        commands=list(_commands(nodes, aliases)),
    )


def _indices(nodes: list[astnodes.Node], table: str) -> Iterator[int | None]:
    """The constant indices into a table; None for one that is computed."""
    for node in nodes:
        if isinstance(node, astnodes.Index) and _name(node.value) == table:
            yield _number(node)


def _number(node: astnodes.Node) -> int | None:
    return int(node.idx.n) if isinstance(node.idx, astnodes.Number) else None


def _aliases(nodes: list[astnodes.Node]) -> Iterator[tuple[str, int]]:
    for node in nodes:
        if isinstance(node, astnodes.LocalAssign):
            for target, value in zip(node.targets, node.values, strict=False):
                key = value.args[0] if _is_hash(value) else value
                if isinstance(key, astnodes.Index) and _name(key.value) == "KEYS":
                    yield target.id, _number(key) or 0


def _loops(nodes: list[astnodes.Node]) -> Iterator[tuple[int, int]]:
    for node in nodes:
        if isinstance(node, astnodes.Fornum) and None in _indices(list(ast.walk(node.body)), "ARGV"):
            yield int(node.start.n), int(getattr(node.step, "n", 1))


def _commands(nodes: list[astnodes.Node], aliases: dict[str, int]) -> Iterator[Command]:
    for node in nodes:
        if _is_hash(node):
            yield Command("HASH", _key_of(node.args, aliases))
        elif isinstance(node, astnodes.Call) and _is_redis_call(node.func) and not _is_of_a_hash(node):
            yield Command(node.args[0].s.decode(), _key_of(node.args[1:], aliases))


def _is_hash(node: astnodes.Node) -> bool:
    """Whether it is a hash of shared/hash.lua, which applies commands to the key that it is given."""
    return isinstance(node, astnodes.Call) and _name(node.func) == "hash"


def _is_of_a_hash(call: astnodes.Call) -> bool:
    return any(isinstance(argument, astnodes.Index) and _name(argument.value) == "self" for argument in call.args[1:2])


def _is_redis_call(function: astnodes.Node) -> bool:
    if isinstance(function, astnodes.Index):
        return _name(function.value) == "redis"
    return _name(function) == "call"


def _key_of(arguments: list[astnodes.Node], aliases: dict[str, int]) -> int:
    first = arguments[0] if arguments else None
    if isinstance(first, astnodes.Index) and _name(first.value) == "KEYS":
        return _number(first) or 0
    return aliases.get(_name(first) or "", 0)


def _name(node: astnodes.Node | None) -> str | None:
    return node.id if isinstance(node, astnodes.Name) else None
