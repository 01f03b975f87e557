"""Problems: what a reader is told where something cannot be shown."""

from redis.exceptions import RedisError

from migrator.engine.connection import explanation_of
from migrator.errors import MigratorError, UnreachableError


def problem_of(error: Exception) -> MigratorError:
    """What happened, and what to do about it."""
    if isinstance(error, MigratorError):
        return error
    if isinstance(error, RedisError):
        return explanation_of(error) or UnreachableError(f"Redis says {error}", "look at its log")
    return MigratorError(
        f"a bug of ours, {type(error).__name__}", "migrator --debug dashboard … shows where; report it"
    )
