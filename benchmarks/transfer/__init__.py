"""The transfer: a filled workspace goes to another server by `migrator run`, `prefect transfer`, and bare creates.

Both servers are Prefect's, one process each, on this machine, and begin each measurement anew on copies of the same
databases. Seconds are those that one waits for the command, its start included. The bare creates are the floor: one
client that has all bodies ready in its memory posts what has to be created, level by level, with as many requests in
flight as serve it best; it reads nothing, and nothing would be left of it if it died. CPU and memory are those of all
processes of a command, of ours also those of its embedded Valkey. Requests are counted by the servers, both sides
together. Intact is what `migrator verify` finds equal on both sides.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.form import ContestForm
from benchmarks.headline import Headline
from benchmarks.options import Options
from benchmarks.transfer.contests import contests
from benchmarks.transfer.measuring import CPU_EACH, INTACT, WRITING
from benchmarks.transfer.postgresql import postgresql
from benchmarks.transfer.sqlite import SQLite
from benchmarks.transfer.stage import Databases

_EMPTY, _AGAIN = "400 deployments, {}: into an empty workspace", "400 deployments, {}: once more, unchanged"
#: What stands in the summary.
HEADLINES = tuple(
    headline
    for database in ("SQLite", "PostgreSQL")
    for headline in (
        Headline(_EMPTY.format(database), "prefect transfer", INTACT),
        Headline(_EMPTY.format(database), "prefect transfer"),
        Headline(_EMPTY.format(database), "the bare creates", WRITING),
        Headline(_EMPTY.format(database), "prefect transfer", CPU_EACH),
        Headline(_AGAIN.format(database), "prefect transfer"),
    )
)


def measure(options: Options) -> Iterator[ContestForm]:
    """All contests, on each kind of database."""
    for kind in options.databases:
        with DATABASES[kind]() as databases:
            yield from contests(databases, options)


@contextmanager
def _sqlite() -> Iterator[Databases]:
    with tempfile.TemporaryDirectory(prefix="bench-sqlite-") as directory:
        yield SQLite(Path(directory))


#: By what they are called on the command line.
DATABASES = {"sqlite": _sqlite, "postgresql": postgresql}
