"""Each Lua script has a header, code and one wrapper, and the three say the same."""

import asyncio
import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, get_type_hints

import pytest
from redis.asyncio import Redis

from migrator.engine import scripts
from migrator.engine.keys import BUDGET, STRUCTURES, BudgetKeys, RunKeys
from migrator.engine.scripts import Result, RunState, Verdict
from tests.unit.engine.lua_scripts import Code, Command, Header, read_code, read_header

FOLDER = files(scripts.__name__)
SCRIPTS = sorted(file.name.removesuffix(".lua") for file in FOLDER.iterdir() if file.name.endswith(".lua"))
WRAPPERS = {
    name: function
    for name, function in inspect.getmembers(scripts, inspect.iscoroutinefunction)
    if function.__module__ == scripts.__name__ and not name.startswith("_")
}
#: What makes Redis work in proportion to what it holds, or reads and deletes across it.
UNBOUNDED = {"KEYS", "SCAN", "FLUSHDB", "FLUSHALL", "HGETALL", "HKEYS", "HVALS", "SMEMBERS", "LRANGE", "LREM", "SORT"}


class _CallSeenError(Exception):
    """Ends a wrapper once it has said what it calls."""


@dataclass(frozen=True)
class _Call:
    """What a wrapper passes to a script; each argument is made so that the parameter it came from can be told."""

    script: str
    keys: Sequence[str]
    arguments: Sequence[str | float]
    given: dict[str, object]


def _call_of(wrapper: str, monkeypatch: pytest.MonkeyPatch) -> _Call:
    """What a wrapper passes on, when each of its parameters is given something of its own."""
    function = WRAPPERS[wrapper]
    parameters = [name for name in inspect.signature(function).parameters if name not in {"redis", "keys"}]
    hints = get_type_hints(function)
    given = {name: _made_up(number, name, hints[name]) for number, name in enumerate(parameters)}
    seen: list[tuple[str, Sequence[str], Sequence[str | float]]] = []

    async def evaluate(
        _: Redis, script: str, keys: RunKeys | BudgetKeys, names: Sequence[str], arguments: Sequence[str | float]
    ) -> list[Any]:
        seen.append((script, [keys[name].rpartition(":")[2] for name in names], arguments))
        raise _CallSeenError

    monkeypatch.setattr(scripts, "_evaluate", evaluate)
    with pytest.raises(_CallSeenError):
        asyncio.run(function(Redis(), hints["keys"]("run"), **given))
    return _Call(*seen[0], given)


def _made_up(number: int, name: str, kind: object) -> object:
    made_up: dict[object, object] = {
        str: f"the {name}",
        int: 1000 + number,
        float: 1000.5 + number,
        bool: True,
        Sequence[str]: [f"one of the {name}"],
        Mapping[str, float]: {f"one of the {name}": 0.5},
        RunState: RunState.PAUSED,
        Sequence[RunState]: [RunState.PLANNED],
        Sequence[tuple[int, int, str]]: [(4, 7, "flow")],
        Sequence[Result]: [Result(4, Verdict.DONE, "created", "an id")],
    }
    return made_up[kind]


def _problems_of_code(header: Header, code: Code) -> list[str]:
    """Where header and code disagree."""
    problems = []
    if list(header.keys) != list(range(1, len(header.keys) + 1)):
        problems.append("the header's keys are not numbered in order")
    if code.keys != set(header.keys):
        problems.append(f"keys {sorted(code.keys ^ set(header.keys))} are in the header or in the code only")
    if code.arguments != set(header.arguments):
        problems.append(f"arguments {code.arguments ^ set(header.arguments)} are in the header or in the code only")
    if code.rest[0] != header.rest:
        problems.append("the arguments that repeat begin elsewhere in the header than in the code")
    problems += [f"{name} is another key's name" for name, key in code.aliases.items() if header.keys.get(key) != name]
    return problems + [problem for command in code.commands for problem in _problems_of_command(header, command)]


def _problems_of_command(header: Header, command: Command) -> list[str]:
    if command.name in UNBOUNDED:
        return [f"{command.name} is not bounded"]
    if command.name in {"TIME", "INFO"}:
        return []
    if command.key == 0:
        return [f"{command.name} is applied to what is not declared in KEYS"]
    documented = header.types.get(header.keys.get(command.key, ""))
    if command.type not in {None, documented}:
        return [f"{command.name} is applied to KEYS[{command.key}], which the header calls a {documented}"]
    return []


def _problems_of_call(header: Header, code: Code, call: _Call) -> list[str]:
    """Where a wrapper passes something else than the header asks for."""
    problems = []
    if list(call.keys) != list(header.keys.values()):
        problems.append(f"the wrapper passes the keys {call.keys}")
    alone = len(header.arguments)
    expected = [
        call.given.get(name, passed) for name, passed in zip(header.arguments.values(), call.arguments, strict=False)
    ]
    if list(call.arguments[:alone]) != expected or len(expected) != alone:
        problems.append(f"the wrapper passes the arguments {call.arguments[:alone]}")
    if len(call.arguments) - alone != code.rest[1]:
        problems.append(f"the wrapper passes {len(call.arguments) - alone} arguments for one of those that repeat")
    return problems


def test_there_are_scripts() -> None:
    """The other tests would be content with none."""
    assert SCRIPTS == ["claim", "renew", "reopen", "ring", "settle", "share", "turn"]


def test_each_script_has_exactly_one_wrapper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrapper has the name of its script, and nobody else calls it."""
    assert {wrapper: _call_of(wrapper, monkeypatch).script for wrapper in WRAPPERS} == {name: name for name in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_header_lists_what_the_code_uses(script: str) -> None:
    """Invariant 12: every key is declared, under its number, name and type, and no command is unbounded."""
    text = scripts.source(script)

    assert _problems_of_code(read_header(text), read_code(text)) == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_wrapper_passes_what_the_header_lists(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Key for key by the header's names, in its order; and so the arguments whose parameter has the header's name."""
    text = scripts.source(script)

    assert _problems_of_call(read_header(text), read_code(text), _call_of(script, monkeypatch)) == []


def test_a_structure_has_one_type_in_all_headers() -> None:
    """And each is a structure of a run, or of a destination's budget."""
    documented = {pair for script in SCRIPTS for pair in read_header(scripts.source(script)).types.items()}

    assert len({name for name, _ in documented}) == len(documented)
    assert {name for name, _ in documented} <= {*STRUCTURES, *BUDGET}


@pytest.mark.parametrize(
    ("script", "old", "new", "problem"),
    [
        ("claim", "-- KEYS[8]  crashes", "-- KEYS[9]  crashes", "not numbered in order"),
        ("claim", "-- KEYS[7]  tries    hash  node -> attempts that are to be repeated\n", "", "keys \\[7\\]"),
        ("claim", "call('LLEN', KEYS[2])", "call('LLEN', KEYS[10])", "keys \\[10\\]"),
        ("claim", "ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])", "ARGV[1], 5, 5", "arguments {2, 3}"),
        ("claim", "-- KEYS[2]  ready    list", "-- KEYS[2]  ready    hash", "which the header calls a hash"),
        ("claim", "call('LPOP', KEYS[3])", "call('LPOP', 'suspect')", "not declared in KEYS"),
        ("claim", "call('LPOP', KEYS[3])", "call('LRANGE', KEYS[3], 0, -1)", "LRANGE is not bounded"),
        ("renew", "for i = 2", "for i = 3", "begin elsewhere"),
        ("renew", "-- ARGV[2…]", "-- ARGV[3…]", "begin elsewhere"),
        ("settle", "-- KEYS[5]  ready       list", "-- KEYS[5]  walk       list", "ready is another key's name"),
    ],
)
def test_a_header_that_differs_from_the_code_is_noticed(script: str, old: str, new: str, problem: str) -> None:
    """The comparison fails when it should: each of these edits, by itself, is noticed."""
    text = scripts.source(script)
    assert old in text
    text = text.replace(old, new)

    assert _first_match(problem, _problems_of_code(read_header(text), read_code(text)))


@pytest.mark.parametrize(
    ("script", "old", "new", "problem"),
    [
        ("claim", "-- KEYS[2]  ready ", "-- KEYS[2]  delayed ", "passes the keys"),
        ("claim", "-- KEYS[8]  crashes", "-- KEYS[9]  nothing  hash  x\n-- KEYS[8]  crashes", "passes the keys"),
        ("claim", "-- ARGV[2]  limit ", "-- ARGV[2]  lease_ms ", "passes the arguments"),
        ("settle", "for i = 5, #ARGV, 4 do", "for i = 5, #ARGV, 5 do", "passes 4 arguments for one"),
        ("renew", "-- ARGV[2…] tokens", "-- ARGV[2] a   b\n-- ARGV[3…] tokens", "passes 0 arguments for one"),
        ("turn", "-- ARGV[1]  to ", "-- ARGV[1]  reason ", "passes the arguments"),
    ],
)
def test_a_wrapper_that_differs_from_the_header_is_noticed(
    script: str, old: str, new: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison fails when it should: each of these edits, by itself, is noticed."""
    text = scripts.source(script)
    assert old in text
    text = text.replace(old, new)

    assert _first_match(problem, _problems_of_call(read_header(text), read_code(text), _call_of(script, monkeypatch)))


def _first_match(pattern: str, problems: list[str]) -> str | None:
    return next((problem for problem in problems if re.search(pattern, problem)), None)
