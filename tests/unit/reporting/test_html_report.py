"""The page of a report: every resource is in it once, and nothing that others have named is ever markup."""

import json
import re
from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migrator.reporting.document.document import Document
from migrator.reporting.document.html_report import html_report
from migrator.reporting.document.markdown_report import markdown_report
from migrator.reporting.losses import TOLD
from migrator.reporting.model import (
    DifferenceForm,
    ErrorForm,
    LeftBehindForm,
    ResourceForm,
    SideForm,
    Streamed,
    VerifyForm,
)
from migrator.reporting.saying import title_of
from tests.unit.reporting.documents import document, resource, verification
from tests.unit.reporting.forms import run_form
from tests.unit.reporting.markup import HOSTILE, Markup, attributes

TEXTS = st.sampled_from(HOSTILE) | st.text(min_size=1)
DATA = '<script type="application/json" id="data">'
#: Characters that one piece may have, the style and the script apart.
PIECE = 40_000


def page_about(*resources: ResourceForm, verified: VerifyForm | None = None) -> str:
    """The page about some resources."""
    return "".join(html_report(document(resources, verification=verified)))


def rows_in(page: str) -> list[list[object]]:
    """What the page's script will find."""
    data = page.partition(DATA)[2].partition("</script>")[0]
    rows: list[list[object]] = json.loads(data)
    return rows


def named(word: str) -> str:
    """A page in which a word stands wherever others name something."""
    side = SideForm(profile=word, url=word, version=word, absent=[word])
    lost = ErrorForm(type=word, message=word)
    resources = [
        resource(f"flow/{word}", kind="flow", warnings=[word], changes=[word], secrets=[word], required_by=[word]),
        resource(f"flow/2{word}", kind="flow", outcome="failed", error=lost, differences=[word]),
        resource(f"flow/3{word}", kind="flow", outcome="skipped", blocked_by=[f"flow/2{word}", f"flow/4{word}"]),
    ]
    found = [DifferenceForm(key=word, fields=[word])]
    verified = verification().model_copy(update={"missing": [word], "different": found, "extra": [f"2{word}"]})
    stays = [LeftBehindForm(what=word, found=1, advice=word)]
    told = document(resources, verification=verified)
    form = run_form(
        source=side,
        destination=side,
        left_behind=stays,
        totals=told.form.totals,
        kinds=told.form.kinds,
        resources=Streamed(lambda: iter(resources)),
    )
    return "".join(html_report(document(resources, verification=verified, form=form, kind_edges=[])))


@settings(max_examples=40)
@given(word=TEXTS)
def test_nothing_that_others_name_is_markup(word: str) -> None:
    """Not a key, a message, a warning, a profile, a field: the page has the same elements, whatever they are called."""
    assert Markup(named(word)).tags == Markup(named("tame")).tags


@settings(max_examples=40)
@given(words=st.lists(TEXTS, unique=True, max_size=5))
def test_every_resource_is_in_the_page_once(words: list[str]) -> None:
    """Invariant 1: as it is called, however that is; and nothing in it could end the script that holds it."""
    page = page_about(*(resource(word, kind="flow") for word in words))

    assert [key for key, *_ in rows_in(page)] == words
    assert "<" not in page.partition(DATA)[2].partition("</script>")[0]


def test_a_row_has_its_outcome_and_its_notes() -> None:
    """Each with the sort that it is of; what a comparison has found is one."""
    failed = resource(
        "flow/flow-2", outcome="failed", attempts=3, error=ErrorForm(type="Rejected", message="422"), warnings=["old"]
    )
    row = rows_in(page_about(failed, verified=verification()))[0]

    assert row == [
        "flow/flow-2",
        "failed",
        3,
        [["failed", "Rejected: 422"], ["warning", "old"], ["compared", "different at /tags, /labels"]],
    ]


def test_the_page_needs_nothing_else() -> None:
    """Every link leads into the page, and its policy forbids to load anything."""
    page = "".join(html_report(document(verification=verification())))
    links = [one["href"] for tag in ("a", "link") for one in attributes(page, tag)]

    assert {link[:1] for link in links if link != "data:,"} == {"#"}
    assert "src=" not in page
    assert "default-src &#39;none&#39;" in page


def test_every_part_has_an_id_of_its_own() -> None:
    """And what a part is named by, or leads to, is there."""
    page = "".join(html_report(document(verification=verification())))
    ids = re.findall(r' id="([^"]*)"', page)

    assert len(ids) == len({*ids})
    assert {*re.findall(r' (?:for|aria-labelledby)="([^" ]*)"', page)} <= {*ids}
    assert {*re.findall(r'href="#([^"]*)"', page)} <= {*ids}


def test_the_page_says_what_went_wrong_and_what_to_do() -> None:
    """Causes with advice, what they blocked, what differs, what stays, and the commands to type."""
    said = " ".join(Markup("".join(html_report(document(verification=verification())))).words.split())

    assert "19 of 994 resources did not arrive." in said
    assert "1 failed Rejected: 422 body.job_variables: 'cpu' is not of type 'integer'" in said
    assert "Change it at the source, or create it by hand at the destination, then run again." in said
    assert "work-pool/work-3 15 skipped because of it: work-queue/work-7" in said
    assert "Different (1) flow/flow-2 at /tags , /labels" in said
    assert "1,200 flow runs : history stays at the source" in said
    assert "migrator retry 20261122-102121-ddf96d" in said
    assert "artifacts" not in said


def test_a_page_of_any_size_is_written_piece_by_piece() -> None:
    """No piece grows with the number of resources, and none is asked for before it is written."""
    asked = 0

    def resources() -> Iterator[ResourceForm]:
        nonlocal asked
        for number in range(20_000):
            asked += 1
            yield resource(f"flow/{number}")

    told = document([], form=run_form(resources=Streamed(resources)))
    assert not told.notes.failed
    asked = 0
    pieces = html_report(told)
    before = list(islice(pieces, 400))
    begun = asked

    assert begun < 400
    assert max(len(piece) for piece in pieces) < PIECE
    assert before[0].startswith("<!doctype html>")
    assert asked == 20_000


@pytest.mark.parametrize("state", ["running", "paused", "cancelled", "finished"])
@pytest.mark.parametrize("purpose", ["migrate", "cutover", "cutover-back", "rollback"])
@pytest.mark.parametrize("writes", [html_report, markdown_report])
def test_every_run_has_a_report(purpose: str, state: str, writes: Callable[[Document], Iterator[str]]) -> None:
    """Whatever it was for, wherever it stands; one of an older version, too, and one in which nothing has happened."""
    parent = None if purpose == "migrate" else "20261122-090000-aaaaaa"
    form = run_form(purpose=purpose, parent=parent, state=state)
    told = document([], form=form, pace=[], kind_edges=[])

    assert title_of(form) in "".join(writes(told))


@pytest.mark.parametrize("writes", [html_report, markdown_report])
def test_of_very_many_causes_some_are_told(writes: Callable[[Document], Iterator[str]]) -> None:
    """And all are counted: a report stays one that can be read."""
    lost = [
        resource(
            f"flow/{n}", outcome="failed", error=ErrorForm(type="Rejected", message=f"because {n}."), warnings=[f"{n}"]
        )
        for n in range(TOLD + 7)
    ]
    said = "".join(writes(document(lost))).partition("Every resource")[0]

    assert said.count("because ") == TOLD
    assert "and 7 more causes" in said
    assert "and 7 more reasons" in said
