"""Logs: human on a terminal, JSON elsewhere; every line says which run and which key it is about."""

import logging
import sys
import traceback

import structlog
from redis.exceptions import ReadOnlyError, RedisError, ResponseError


def configure_logs() -> None:
    """Let structlog write to standard error, and dramatiq's own lines with it from warnings on."""
    on_terminal = sys.stderr.isatty()
    render = structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)


def log_bug(error: Exception, **about: object) -> None:
    """Say where a mistake of ours showed. Its message could hold a value, so the type must do."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    structlog.get_logger().error("a bug", **about, error=type(error).__name__, file=where.filename, line=where.lineno)


def log_redis(error: RedisError, **about: object) -> None:
    """Say that Redis is waited for; or, where it answers and refuses, what it says."""
    if isinstance(error, ResponseError) and not isinstance(error, ReadOnlyError):
        structlog.get_logger().error("Redis refuses", **about, error=type(error).__name__, says=str(error))
    else:
        structlog.get_logger().warning("waits for Redis", **about, error=type(error).__name__)
