"""Errors: one hierarchy, and each says what to do next."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from migrator.errors import MigratorError
from migrator.exit_codes import ExitCode
from migrator.prefect_api.errors import ApiError
from tests.unit.docs.pages import ROOT

FILES = sorted(path for package in ("migrator", "workers") for path in (ROOT / package).rglob("*.py"))


def module_of(path: Path) -> str:
    """The name under which a file is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def made(path: Path) -> Iterator[tuple[ast.Call, type[MigratorError]]]:
    """The errors of ours that a file makes, by the class that is called."""
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    if not any(name in names for name in _NAMES):
        return
    module = importlib.import_module(module_of(path))
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id in _NAMES:
            yield call, getattr(module, call.func.id)


def subclasses(error: type[MigratorError]) -> Iterator[type[MigratorError]]:
    """It and all that are derived from it."""
    yield error
    for derived in error.__subclasses__():
        yield from subclasses(derived)


_NAMES = {error.__name__ for error in subclasses(MigratorError)}


def advises(call: ast.Call, error: type[MigratorError]) -> bool:
    """Whether an error that is made so says what to do: itself, or its class."""
    if error.usual_advice:
        return True
    given = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "advice")]
    return any(not (isinstance(advice, ast.Constant) and not advice.value) for advice in given)


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_every_error_that_is_made_says_what_to_do_next(path: Path) -> None:
    """An error without a way out leaves a person alone with it."""
    silent = [f"line {call.lineno}: {error.__name__}" for call, error in made(path) if not advises(call, error)]
    assert silent == []


def test_the_errors_that_the_project_makes_are_found() -> None:
    """Else the test above would find nothing wrong, ever."""
    assert sum(len(list(made(path))) for path in FILES) > 50


@pytest.mark.parametrize("error", list(subclasses(ApiError)))
def test_what_a_server_refuses_is_no_bug_of_ours(error: type[ApiError]) -> None:
    """Should one ever reach a person, it ends as a workspace that does not do what it is asked."""
    told = error("503 busy", 503)
    assert told.exit_code is ExitCode.UNREACHABLE
    assert told.advice


def test_what_is_given_wins_over_what_the_class_says() -> None:
    """The one who raises an error knows more."""

    class Usual(MigratorError):
        usual_advice = "look"

    assert (Usual("it").advice, Usual("it", "look there").advice) == ("look", "look there")
