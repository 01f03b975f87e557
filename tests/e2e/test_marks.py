"""Invariant 10: secrets leave no trace. A workspace full of marked values is moved, and every place is searched.

Searched is all that a run prints and logs, all that it ever wrote to Valkey, what rests on disk at the moment of the
question, when all bodies have been read, and what is left in the end.
"""

import base64
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
import redis

from migrator.demo.servers import PrefectServer
from migrator.embedded.valkey import valkey
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Home, Rows, ask_server, rows_of
from tests.e2e.marked import Marks, fill
from tests.e2e.prefect import Prefect

pytestmark = pytest.mark.e2e

PAIR = ("--from", "marked", "--to", "empty")
#: What the destination refuses.
REFUSED = "deployment/marked/refused"


@dataclass(frozen=True)
class Story:
    """What was left where.

    Attributes:
        marks: What to search for.
        source: What the source's own lists say.
        report: The machine form of the run.
        said: What each command printed, by its words.
        valkey: All that Valkey holds.
        resting: What was in open temporary files when the run asked its question.
        files: What is in the files of the state directory and of the temporary directory.
    """

    marks: list[str]
    source: Rows
    report: Any
    said: Mapping[str, bytes]
    valkey: bytes
    resting: Mapping[str, bytes]
    files: Mapping[str, bytes]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, prefect: Prefect) -> Iterator[Story]:
    """Fill a source with marks, and move it into an empty server whose password is marked too."""
    mark = Marks()
    password = f"user:{mark.plain()}"
    with ExitStack() as stack:
        both = prefect.servers({}, {"PREFECT_SERVER_API_AUTH_STRING": password})
        source, destination = stack.enter_context(both)
        fill(partial(ask_server, source), mark)
        home = _home(tmp_path_factory.mktemp("marks"), source, destination, password)
        url = stack.enter_context(valkey(home.path / "state"))
        yield _told(home, url, mark.handed_out, rows_of(source))


def _home(path: Path, source: PrefectServer, destination: PrefectServer, password: str) -> Home:
    to = {"PREFECT_API_URL": destination.api_url, "PREFECT_API_AUTH_STRING": password}
    home = Home.made(path / "home", {"marked": {"PREFECT_API_URL": source.api_url}, "empty": to})
    (path / "temporary").mkdir()
    return home.with_settings(TMPDIR=str(path / "temporary"))


def _told(home: Home, url: str, marks: list[str], source: Rows) -> Story:
    resting: dict[str, bytes] = {}

    def look_and_agree() -> str:
        resting.update(_open_temporary_files(home))
        return "y"

    planned = home.migrator("plan", *PAIR)
    code, shown = home.at_a_terminal("run", *PAIR, "--workers", "2", answer=look_and_agree)
    assert code == ExitCode.INCOMPLETE, shown
    report = home.migrator("report", "last", "--format", "json")
    ended = {
        "plan": planned,
        "report --format json": report,
        "report": home.migrator("report", "last"),
        "verify": home.migrator("verify", "--run", "last"),
        "a second run": home.migrator("run", *PAIR, "--yes"),
    }
    said = {words: (command.out + command.err).encode() for words, command in ended.items()}
    folders = (home.path / "state", Path(home.environment["TMPDIR"]))
    files = {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}
    return Story(marks, source, report.form, {**said, "run": shown.encode()}, _dump(url), resting, files)


def _open_temporary_files(home: Home) -> dict[str, bytes]:
    """What is in the temporary files that the processes of a home have open, without a name as they are."""
    found = {}
    for process in home.processes():
        for entry in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                if str(entry.readlink()).startswith(home.environment["TMPDIR"]):
                    found[f"{process} {entry.name}"] = entry.read_bytes()
    return found


def _dump(url: str) -> bytes:
    """Every key of every type."""
    with redis.Redis.from_url(url) as client:
        return b"\n".join(part for key in client.scan_iter(count=1000) for part in (key, *_parts(client, key)))


def _parts(client: redis.Redis, key: bytes) -> list[bytes]:
    """What a key holds; a type that is not read here is an error."""
    read: dict[Any, Any] = {
        b"string": lambda: [client.get(key)],
        b"hash": lambda: [part for pair in client.hgetall(key).items() for part in pair],
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
    }
    return list(read[client.type(key)]())


def test_the_marks_are_there_to_be_found(story: Story) -> None:
    """The source's own lists hold all but the password, so a search that finds none elsewhere says something."""
    password, *values = story.marks
    lists = orjson.dumps(story.source)
    # A template was replaced after the other one was used.
    assert len([mark for mark in values if mark.encode() in lists]) >= len(values) - 2 > 40
    assert password.encode() not in lists


def test_the_places_that_are_searched_hold_something(story: Story) -> None:
    """Each holds what is known to be there."""
    run = story.report["run"].encode()
    assert run in story.valkey
    assert any(run in content for name, content in story.files.items() if "appendonly" in name)
    assert any(name.endswith("workers.log") for name in story.files)
    assert sum(map(len, story.resting.values())) > 10_000
    assert all(story.said.values())


def test_a_refusal_is_told_without_the_value_that_was_refused(story: Story) -> None:
    """The server quotes it; its name and its reason are told."""
    outcomes = {resource["key"]: resource for resource in story.report["resources"]}
    assert outcomes[REFUSED]["outcome"] == "failed"
    assert "cpu" in outcomes[REFUSED]["error"]["message"]
    assert [key for key, resource in outcomes.items() if resource["outcome"] == "failed"] == [REFUSED]


def test_no_mark_is_printed(story: Story) -> None:
    """Invariant 10: not by any command, in any form."""
    assert found(story.marks, story.said) == []


def test_no_mark_is_in_valkey(story: Story) -> None:
    """Invariant 10: in no key of any type."""
    assert found(story.marks, {"valkey": story.valkey}) == []


def test_no_mark_was_ever_written_to_a_file(story: Story) -> None:
    """Invariant 10: the append-only file has every write there was; logs, and whatever is left of temporary files."""
    assert found(story.marks, story.files) == []


def test_no_mark_rests_while_a_plan_is_made(story: Story) -> None:
    """Invariant 10: bodies rest in temporary files, and cannot be read there."""
    assert found(story.marks, story.resting) == []


def found(marks: list[str], places: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Which marks are where, also in base64, as credentials are sent."""
    return [
        (mark, name)
        for name, content in places.items()
        for mark in marks
        if mark.encode() in content or any(form in content for form in _in_base64(mark))
    ]


def _in_base64(mark: str) -> list[bytes]:
    """What base64 makes of a text in the middle of another: by where its bytes begin, without the edges."""
    return [base64.b64encode(b"x" * shift + mark.encode())[4:-4] for shift in range(3)]
