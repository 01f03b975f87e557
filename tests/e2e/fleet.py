"""A fleet: coordinator and workers as users of their own, who share nothing but a network."""

import contextlib
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.conftest import clean_environment
from tests.e2e.serving import Between, serving

PROGRAM = "from migrator.cli import main; main()"
#: The first of the users; nobody else is it.
FIRST_USER = 61_000


@dataclass
class Member:
    """One of a fleet: a home that nobody else can look into, with what a cluster mounts for a pod.

    Attributes:
        home: Its directory.
        user: Who it is; None where this machine lets nobody be somebody else.
        settings: What its environment says: where things are, and no secret.
    """

    home: Path
    user: int | None
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.home.mkdir(mode=0o700)
        self._own(self.home)

    def give(self, place: str, content: str) -> None:
        """Put a file into its home, or another in its place at once, as a cluster does; only it can read it."""
        path, draft = self.home / place, self.home / "draft"
        for directory in reversed(path.parents[: len(Path(place).parents) - 1]):
            directory.mkdir(mode=0o700, exist_ok=True)
            self._own(directory)
        draft.write_text(content)
        draft.chmod(0o400)
        self._own(draft)
        draft.rename(path)

    def start(self, *arguments: str, program: str = PROGRAM) -> "subprocess.Popen[bytes]":
        """Start a command; what it says is in `out` and `log` of its home."""
        with (self.home / "out").open("wb") as out, (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-c", program, *arguments],
                cwd=self.home,
                env=clean_environment() | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                start_new_session=True,
                user=self.user,
                group=self.user,
                extra_groups=None if self.user is None else [],
            )

    @property
    def out(self) -> str:
        """What its last command has printed."""
        return (self.home / "out").read_text()

    @property
    def log(self) -> str:
        """What all of its commands have said."""
        return (self.home / "log").read_text()

    def _own(self, path: Path) -> None:
        if self.user is not None:
            os.chown(path, self.user, self.user)


def users(number: int) -> list[int | None]:
    """So many users of their own; nobody in particular, where this machine or this Python does not allow it."""
    found = list(range(FIRST_USER, FIRST_USER + number))
    if os.geteuid() == 0 and _can_run_ours(found[0]):
        return list(found)
    return [None] * number


def _can_run_ours(user: int) -> bool:
    with contextlib.suppress(PermissionError):
        command = [sys.executable, "-P", "-c", "import migrator, workers"]
        return subprocess.run(command, user=user, group=user, extra_groups=[], cwd="/", check=False).returncode == 0
    return False


class Door:
    """The way to a workspace: as Prefect Cloud, it lets in who shows a key that it knows.

    Attributes:
        keys: The ones that it knows.
        refused: How often a key was shown that it does not know.
        let_in: How often one was that it does.
        inside: Requests that are under way, by key.
        is_open: While it is not, whoever is inside stays there.
    """

    def __init__(self, *keys: str) -> None:
        self.keys = set(keys)
        self.refused = Counter[str]()
        self.let_in = Counter[str]()
        self.inside = Counter[str]()
        self.is_open = threading.Event()
        self.is_open.set()
        self._lock = threading.Lock()

    @contextmanager
    def passing(self, key: str) -> Iterator[bool]:
        """One request on its way; whether it is let in."""
        known = key in self.keys
        with self._lock:
            (self.let_in if known else self.refused)[key] += 1
            self.inside[key] += 1
        try:
            yield known
        finally:
            with self._lock:
                self.inside[key] -= 1


@contextmanager
def guarded_by(door: Door, target: str) -> Iterator[str]:
    """A door before a server, by the URL that leads through it."""

    class Handler(Between):
        api = target
        protocol_version = "HTTP/1.1"

        def meet(self, body: bytes) -> None:
            with door.passing(self.headers.get("Authorization", "").removeprefix("Bearer ")) as known:
                answer = self.forward(body) if known else (401, b'{"detail": "Unauthorized"}')
                door.is_open.wait()
            self.answer(*answer)

    with serving(Handler) as url:
        yield url
