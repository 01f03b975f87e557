"""The parts of a run's page: what others have named cannot become a part of the page itself."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from migrator.dashboard.parts import PARTS, parts_of, trouble_of
from migrator.dashboard.rendering import rendered
from migrator.engine.pressure import Pressure
from migrator.engine.scripts import RunState
from migrator.errors import UnreachableError
from tests.unit.dashboard.looks import look_at
from tests.unit.reporting.markup import HOSTILE, Markup


@settings(max_examples=20)
@given(st.text(min_size=1, max_size=60))
@example("".join(HOSTILE))
def test_names_and_messages_are_no_markup(words: str) -> None:
    """Whatever a profile, a resource or a worker is called, and whatever a server says: the elements are the same."""
    hostile = parts_of(look_at(words))
    for name, plain in parts_of(look_at()).items():
        assert Markup(hostile[name]).tags == Markup(plain).tags


def test_every_part_is_whole() -> None:
    """Each element is closed in the part in which it begins, whatever the state of the run."""
    for state in RunState:
        parts = parts_of(look_at(state=state, settled=9 if state.is_an_end else 3))
        assert tuple(parts) == PARTS
        for part in parts.values():
            assert unclosed(part) == []


def unclosed(part: str) -> list[str]:
    """The elements of a part that do not end in it, and ends of others than the one that began last."""
    stack: list[str] = []
    for tag, _ in Markup(part).tags:
        if stack and tag == f"/{stack[-1]}":
            stack.pop()
        else:
            stack.append(tag)
    return stack


def test_no_element_has_a_style_or_a_script_of_its_own() -> None:
    """The content security policy would not let it."""
    for part in parts_of(look_at()).values():
        for element, attributes in Markup(part).tags:
            assert element not in {"script", "style"}
            assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_a_part_that_does_not_change_is_the_same() -> None:
    """It is not sent again: what is drawn does not depend on when."""
    before, after = parts_of(look_at()), parts_of(look_at(settled=4))
    assert {name for name in PARTS if before[name] == after[name]} >= {"steps", "pressure", "crew", "failures"}


@pytest.mark.parametrize(
    ("pressure", "said"),
    [
        (Pressure(), "Nobody writes to it"),
        (Pressure(sharers=2, window=7, rate=2.5), "2.5"),
        (Pressure(sharers=1, silent=12.0), "It answers nothing, for 12 s"),
        (Pressure(sharers=1, troubled=70.0), "Nothing but trouble for 1 min 10 s"),
        (Pressure(sharers=1, pause=30.0), "left alone for 30 s"),
        (Pressure(sharers=1, bound=8), "allows 8 in flight"),
    ],
)
def test_pressure_is_said_in_words(pressure: Pressure, said: str) -> None:
    """Also what is wrong with the destination."""
    assert said in parts_of(look_at(pressure=pressure))["pressure"]


@pytest.mark.parametrize(
    ("state", "command"),
    [
        (RunState.RUNNING, "migrator pause a-run"),
        (RunState.PAUSED, "migrator resume a-run"),
        (RunState.FINISHED, "migrator retry a-run"),
    ],
)
def test_what_steers_is_shown_as_a_command(state: RunState, command: str) -> None:
    """Ready to be copied, as every other report says it."""
    assert f'data-copy="{command}"' in parts_of(look_at(state=state, settled=9))["steps"]


def test_what_is_said_aloud_changes_seldom() -> None:
    """A reader that speaks is told each tenth, not each node."""
    looks = (look_at(settled=settled, nodes=1000) for settled in range(2, 1000))
    said = {rendered("parts/spoken.html", look=look) for look in looks}
    assert len(said) == 10


def test_trouble_is_shown_with_what_to_do() -> None:
    """And what was seen last stays."""
    assert trouble_of(UnreachableError("Redis is away", "is it up?")).keys() == {"trouble"}
    assert "is it up?" in trouble_of(UnreachableError("Redis is away", "is it up?"))["trouble"]
