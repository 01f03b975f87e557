"""What reads a page along with its commands notices where the two part."""

import pytest

from tests.e2e.walkthrough import Ids, Typed

PAGE = Typed(
    "migrator run", ["Run 20261126-101010-abcdef ended after 3 s", "…", "  migrator verify 20261126-101010-abcdef"]
)
SHOWN = "before\nRun 20300101-000000-aaaaaa ended after 25 s\nmore\n  migrator verify 20300101-000000-aaaaaa\nbehind\n"


def test_an_id_of_the_page_stands_for_what_is_shown_in_its_place() -> None:
    """So that a later command can name it."""
    ids = Ids()

    PAGE.judge(SHOWN, ids)

    assert ids.in_place("rollback 20261126-101010-abcdef") == "rollback 20300101-000000-aaaaaa"
    PAGE.judge(SHOWN, ids)


@pytest.mark.parametrize(
    ("shown", "ids"),
    [
        (SHOWN.replace("verify 20300101-000000-aaaaaa", "verify 20300101-000000-bbbbbb"), Ids()),
        (SHOWN, Ids({"20261126-101010-abcdef": "20300101-000000-bbbbbb"})),
        (SHOWN.replace("ended", "finished"), Ids()),
        (SHOWN.replace("25", "some"), Ids()),
    ],
    ids=["another id further down", "another id than before", "another word", "no number"],
)
def test_what_is_not_as_the_page_says_is_noticed(shown: str, ids: Ids) -> None:
    """A page that has become untrue fails its test."""
    with pytest.raises(AssertionError):
        PAGE.judge(shown, ids)
