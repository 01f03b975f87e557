"""The report as Markdown: what others have named stays within the line and the marks that it stands in."""

import re

from hypothesis import given
from hypothesis import strategies as st

from migrator.reporting.document.markdown_report import code, markdown_report
from migrator.reporting.model import ErrorForm
from tests.unit.reporting.documents import document, resource, verification
from tests.unit.reporting.markup import HOSTILE

TEXTS = st.sampled_from(HOSTILE) | st.text(alphabet="`| \n\\<a#", min_size=1)


def report_about(word: str) -> list[str]:
    """The lines of a report in which a word stands wherever others name something."""
    failed = resource(f"flow/{word}", kind="flow", outcome="failed", error=ErrorForm(type="Rejected", message=word))
    blocked = resource("flow/2", outcome="skipped", blocked_by=[f"flow/{word}"], warnings=[f"a{word}"])
    return "".join(markdown_report(document([failed, blocked]))).split("\n")


@given(word=TEXTS)
def test_what_others_name_makes_no_line(word: str) -> None:
    """Neither a heading nor an item of a list."""
    assert len(report_about(word)) == len(report_about("tame"))


@given(said=TEXTS)
def test_words_of_others_end_where_their_backticks_do(said: str) -> None:
    """There are more of them around than there are in a row within; they say what was said, in one line."""
    marked = code(said)
    if marked:
        fence, inside = re.fullmatch(r"(`+)(.*?)\1", marked).groups()  # type: ignore[union-attr]
        within = [len(run) for run in re.findall("`+", inside)]
        assert len(fence) not in within
        assert inside.strip() == " ".join(said.split())
    else:
        assert not said.strip()


def test_the_report_is_what_is_to_be_read() -> None:
    """Totals as a table, causes with what to do, what a comparison has found, and what to type."""
    said = "".join(markdown_report(document(verification=verification())))

    assert said.startswith("# Migration from local to prod\n\n**19 of 994 resources did not arrive.**\n")
    assert "| kind | found | exists | created | skipped | failed |\n| --- | ---: |" in said
    assert "| all | 994 | 42 | 933 | 17 | 2 |" in said
    assert "### 1 failed: `Rejected: 422 body.job_variables: 'cpu' is not of type 'integer'`\n\n→ Change it" in said
    assert "  - skipped because of it: `work-queue/work-7`\n" in said
    assert "- different: `flow/flow-2` at `/tags`, `/labels`\n" in said
    assert "- Mend what failed and try it again: `migrator retry 20261122-102121-ddf96d`\n" in said
    assert "▂▄▆▇▇▇█  ▃▆▇▇▇▆▇▄▁" in said
    assert '  deployment["deployment: 388 created, 12 skipped"]\n' in said
    assert "  flow -->|400| deployment\n" in said
    assert "**1,200 flow runs**" in said


def test_a_report_has_nothing_to_say_of_nothing() -> None:
    """No heading without something below it."""
    said = "".join(markdown_report(document([], pace=[])))

    assert "What did not make it" not in said
    assert "When" not in said
