"""Settings from the environment, each a variable that begins with `MIGRATOR_`."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from migrator.errors import UsageError

LogLevel = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["auto", "human", "json"]


class Settings(BaseSettings):
    """What the environment says. Every field is documented in docs/reference/settings.md."""

    model_config = SettingsConfigDict(env_prefix="MIGRATOR_", frozen=True)

    redis_url: str | None = None
    """The shared Redis; without it an embedded Valkey is started."""
    redis_password_file: Path | None = None
    """Holds the password of the URL's user; read for every connection anew."""
    redis_ca_file: Path | None = None
    """The certificates of who may vouch for the Redis, in place of the usual ones."""
    state_dir: Path = Field(default_factory=lambda: Path.home() / ".migrator")
    """Where the embedded Valkey and the sealing key live; readable by its owner only."""
    sealing_key_file: Path | None = None
    """The key that seals bodies; required with a shared Redis, made once in the state directory otherwise."""
    credentials_dir: Path | None = None
    """A directory `<profile>/{url,api-key,auth-string}` that wins over Prefect's profiles.toml."""
    keep: float = Field(default=90.0, gt=0)
    """For how many days a run that has ended is kept; the ledger of a held one stays until it is cut over or purged."""
    accept_volatile: bool = False
    """Go on with a Redis that keeps nothing on disk."""
    concurrency: int = Field(default=16, ge=1, le=256)
    """At most so many requests in flight to one workspace, per process."""
    patience_seconds: float = Field(default=300.0, ge=0)
    """How long a destination may be in nothing but trouble before the run is paused."""
    lease_seconds: float = Field(default=60.0, ge=45)
    """Longer than any request may take. How long a claimed node stays with a worker that no longer speaks."""
    heartbeat_dir: Path | None = None
    """Where worker processes leave a sign of life for `migrator health --alive`."""
    log_level: LogLevel = "info"
    """What is worth less is left out of the workers' log."""
    log_format: LogFormat = "auto"
    """How the workers' log is written: for humans, or as JSON; by itself, by whether there is a terminal."""
    metrics_port: int | None = Field(default=None, ge=1, le=65535)
    """Where a worker process serves its metrics; the next free one where that is taken. Without it none are served."""
    metrics_host: str = "127.0.0.1"
    """The address that metrics are served on."""
    events: bool = True
    """Tell the destination when a migration begins and ends, by the events that `prefect transfer` emits."""
    dashboard_token_file: Path | None = None
    """The token that the page asks for; required where it is to be reached from other machines."""


@cache
def settings() -> Settings:
    """The settings of this process, read once.

    Raises:
        UsageError: A variable holds what it cannot hold.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"MIGRATOR_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise UsageError(
            f"the environment holds settings that cannot be used: {wrong}", "correct them, or unset them"
        ) from error
