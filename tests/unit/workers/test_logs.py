"""The workers' log: one form of line for all, about what, and never a value."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from migrator.settings import LogFormat, LogLevel
from workers.logs import configure_logs, log_bug

VALUE = "hunter2hunter2"


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Logs belong to the process: they are left as they were found."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def said(form: LogFormat = "json", level: LogLevel = "info", stream: io.StringIO | None = None) -> io.StringIO:
    """Where everything that is said from now on arrives."""
    out = stream or io.StringIO()
    configure_logs(level, form, out)
    return out


def stumble() -> None:
    """What has a value in its message."""
    raise ValueError(VALUE)


def test_a_line_about_a_resource_has_run_kind_and_key() -> None:
    """The kind is what the key begins with; nobody has to say it."""
    out = said()
    structlog.get_logger().error("failed", run="r1", key="deployment/etl/nightly")

    line = json.loads(out.getvalue())
    assert line.items() >= {"event": "failed", "level": "error", "run": "r1"}.items()
    assert line.items() >= {"kind": "deployment", "key": "deployment/etl/nightly"}.items()


def test_what_is_bound_to_a_task_is_in_its_lines() -> None:
    """So that what knows only requests need not know the run."""
    out = said()
    with structlog.contextvars.bound_contextvars(run="r1", key="flow/etl"):
        structlog.get_logger().info("something")

    assert json.loads(out.getvalue()).items() >= {"run": "r1", "kind": "flow", "key": "flow/etl"}.items()


@pytest.mark.parametrize(
    ("form", "stream", "is_json"),
    [
        ("auto", io.StringIO, True),
        ("auto", Terminal, False),
        ("human", io.StringIO, False),
        ("json", Terminal, True),
    ],
)
def test_lines_are_for_humans_on_a_terminal_and_json_elsewhere(
    form: LogFormat, stream: type[io.StringIO], *, is_json: bool
) -> None:
    """Unless one of them is asked for."""
    out = said(form, stream=stream())
    structlog.get_logger().info("something", run="r1")
    logging.getLogger("dramatiq").warning("something")

    assert [line.startswith("{") for line in out.getvalue().splitlines()] == [is_json] * 2


@pytest.mark.parametrize(("stream", "no_color"), [(io.StringIO, ""), (Terminal, "1")])
def test_colours_are_for_terminals(stream: type[io.StringIO], no_color: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not for those who do not want them."""
    monkeypatch.setenv("NO_COLOR", no_color)
    out = said("human", stream=stream())
    structlog.get_logger().error("something")

    assert "\x1b" not in out.getvalue()


def test_what_is_worth_less_is_not_said() -> None:
    """Of libraries nothing below a warning, whatever is asked for."""
    out = said(level="warning")
    structlog.get_logger().info("something")
    structlog.get_logger().warning("news")
    logging.getLogger("dramatiq").info("something")
    said(level="debug", stream=out)
    logging.getLogger("dramatiq").info("something")

    assert [json.loads(line)["event"] for line in out.getvalue().splitlines()] == ["news"]


@pytest.mark.parametrize("form", ["human", "json"])
def test_of_an_error_its_class_and_place_are_said_and_not_its_text(form: LogFormat) -> None:
    """Invariant 10: an error's text may quote what it was about, whoever logs it."""
    out = said(form)
    try:
        stumble()
    except ValueError as error:
        log_bug(error, run="r1")
        logging.getLogger("dramatiq").exception("Failed to process message.")
        structlog.get_logger().exception("something")

    assert VALUE not in out.getvalue()
    assert "Traceback" not in out.getvalue()
    assert out.getvalue().count("test_logs.py") == 3
    assert out.getvalue().count("ValueError") == 3
