"""A run at a real terminal of 80 columns, and the same piped into a file."""

import re
import shlex
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from migrator.demo.servers import PrefectServer
from migrator.exit_codes import ExitCode
from tests.e2e.conftest import Ended, Home, Servers
from tests.e2e.serving import proxied

pytestmark = pytest.mark.e2e

PAIR = ("--from", "source", "--to", "empty")
CHOSEN = ("--include", "variable", "--include", "work-pool/kubernetes", "--live")
#: Seconds that a variable takes, so that a run has a middle.
WRITE_SECONDS = 0.01
ESCAPE = "\x1b"
#: What sets a colour; bold and dim are no colours.
COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Session:
    """What was typed, and what was shown.

    Attributes:
        plan: Piped.
        graph: Of the plan.
        run: The exit code of the plan's last line at a terminal, and what that showed.
        status: At a terminal for which `NO_COLOR` is set.
        piped: The report, and the same run once more.
    """

    plan: Ended
    graph: Ended
    run: tuple[int, str]
    status: tuple[int, str]
    piped: tuple[Ended, Ended]


@pytest.fixture(scope="module")
def session(
    tmp_path_factory: pytest.TempPathFactory, servers: Servers, module_empty: PrefectServer
) -> Iterator[Session]:
    """One workspace is planned, moved by what the plan says, and looked at."""

    def slowly(method: str, path: str, _body: bytes) -> None:
        if (method, path) == ("POST", "/variables/"):
            time.sleep(WRITE_SECONDS)

    with proxied(module_empty.api_url, fate=slowly) as url:
        urls = {"source": {"PREFECT_API_URL": servers.source.api_url}, "empty": {"PREFECT_API_URL": url}}
        home = Home.made(tmp_path_factory.mktemp("terminal") / "home", urls)
        terminal = home.with_settings(COLUMNS="80", LINES="40", TERM="xterm-256color")
        plan = home.migrator("plan", *PAIR, *CHOSEN)
        command = shlex.split(plan.out.splitlines()[-1])
        yield Session(
            plan=plan,
            graph=home.migrator("plan", *PAIR, *CHOSEN, "--graph"),
            run=terminal.at_a_terminal(*command[1:], answer=lambda: "y"),
            status=terminal.with_settings(NO_COLOR="1").at_a_terminal("status", "last", answer=lambda: "y"),
            piped=(home.migrator("report", "last"), home.migrator("run", *PAIR, *CHOSEN, "--yes")),
        )


def lines_of(shown: str) -> list[str]:
    """The lines that were drawn, those that were drawn over included."""
    return re.split(r"[\r\n]+", SEQUENCE.sub("", shown))


def test_the_last_line_of_a_plan_is_what_runs_it(session: Session) -> None:
    """With the options that were given; what was approved is what happens."""
    assert session.plan.code == ExitCode.LANDED, session.plan.err
    assert session.plan.out.splitlines()[-1].startswith("  migrator run --from source --to empty --include variable")
    assert session.run[0] == ExitCode.LANDED
    assert session.graph.out.startswith("flowchart LR\n  variable[")


def test_a_run_at_a_terminal_shows_a_bar_for_each_kind(session: Session) -> None:
    """While it goes on, in 80 columns, with what is in flight; and in colour."""
    drawn = lines_of(session.run[1])
    bars = [line for line in drawn if "━" in line]
    kinds = {line.split()[0] for line in bars}
    on_the_way = any(re.search(r"variable .* (?!0 )\d+ of \d+", line) for line in bars)
    longest = max(len(line) for line in bars)

    # What is asserted are words and numbers: a stream of escape codes belongs on no other terminal.
    assert {"variable", "work-pool", "all"} <= kinds
    assert on_the_way
    assert longest <= 80
    assert any("in flight" in line and "waiting" in line for line in drawn)
    assert COLOUR.search(session.run[1]) is not None


def test_no_color_is_obeyed(session: Session) -> None:
    """At a terminal, too."""
    code, shown = session.status

    assert code == ExitCode.LANDED
    assert COLOUR.search(shown) is None
    assert "settled" in shown


def test_what_is_piped_has_no_escape_code_and_no_bar_that_moves(session: Session) -> None:
    """On neither stream."""
    for ended in (session.plan, session.graph, *session.piped):
        assert ended.code == ExitCode.LANDED
        assert ESCAPE not in ended.out + ended.err
        assert "\r" not in ended.out + ended.err
