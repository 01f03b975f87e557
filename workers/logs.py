"""Logs: human on a terminal, JSON elsewhere; every line says which run, and which kind and key, it is about."""

import logging
import os
import sys
import traceback
from typing import TextIO

import structlog
from redis.exceptions import ReadOnlyError, RedisError, ResponseError
from structlog.typing import EventDict, Processor

from migrator.settings import LogFormat, LogLevel

#: How lines of libraries are made out, which speak of themselves more than of a run.
_LIBRARIES_FROM = logging.WARNING


def configure_logs(level: LogLevel = "info", form: LogFormat = "auto", stream: TextIO | None = None) -> None:
    """Write one kind of line, ours and those of libraries, from warnings on, alike.

    Args:
        level: What is worth less is left out.
        form: For humans, or as JSON; `auto` decides by whether there is a terminal.
        stream: Where to; standard error by default.
    """
    out = stream or sys.stderr
    own_level = logging.getLevelNamesMapping()[level.upper()]
    steps = _steps()
    render = _renderer(form, is_terminal=out.isatty())
    structlog.configure(
        processors=[*steps, render],
        wrapper_class=structlog.make_filtering_bound_logger(own_level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(own_level, _LIBRARIES_FROM), handlers=[_handler(out, steps, render)], force=True)


def log_bug(error: Exception, **about: object) -> None:
    """Say where a mistake of ours showed."""
    structlog.get_logger().error("a bug", **about, **_place_of(error))


def log_redis(error: RedisError, **about: object) -> None:
    """Say that Redis is waited for; or, where it answers and refuses, what it says."""
    if isinstance(error, ResponseError) and not isinstance(error, ReadOnlyError):
        structlog.get_logger().error("Redis refuses", **about, error=type(error).__name__, says=str(error))
    else:
        structlog.get_logger().warning("waits for Redis", **about, error=type(error).__name__, says=str(error))


def _steps() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _name_the_kind,
        _place_instead_of_traceback,
    ]


def _renderer(form: LogFormat, *, is_terminal: bool) -> Processor:
    if form == "human" or (form == "auto" and is_terminal):
        return structlog.dev.ConsoleRenderer(colors=is_terminal and not os.environ.get("NO_COLOR"))
    return structlog.processors.JSONRenderer()


def _handler(out: TextIO, steps: list[Processor], render: Processor) -> logging.Handler:
    """Lines of libraries take the same way as ours."""
    handler = logging.StreamHandler(out)
    finish = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, render]
    chain = [structlog.stdlib.add_logger_name, *steps]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=finish, foreign_pre_chain=chain))
    return handler


def _name_the_kind(_logger: object, _method: str, line: EventDict) -> EventDict:
    """A key begins with its kind, which is what one filters by."""
    if key := line.get("key"):
        line.setdefault("kind", str(key).partition("/")[0])
    return line


def _place_instead_of_traceback(_logger: object, _method: str, line: EventDict) -> EventDict:
    told = line.pop("exc_info", None)
    error = told[1] if isinstance(told, tuple) else sys.exception() if told is True else told
    if isinstance(error, BaseException):
        line.update(_place_of(error))
    return line


def _place_of(error: BaseException) -> dict[str, object]:
    """Where an error came up. Its message could hold a value, so the type must do (invariant 10)."""
    frames = traceback.extract_tb(error.__traceback__)
    place = {"file": frames[-1].filename, "line": frames[-1].lineno} if frames else {}
    return {"error": type(error).__name__, **place}
