"""The graph of a plan as Mermaid text."""

import re

from hypothesis import given
from hypothesis import strategies as st

from migrator.model.plan import Step
from migrator.reporting.mermaid import SMALL, escaped, mermaid
from tests.integration.engine.graphs import plan_of


def test_a_small_graph_has_every_resource() -> None:
    """A second write of one is no node of its own, and what only orders is no arrow."""
    steps = {3: (1, Step.COMPLETE), 4: (-1, Step.BARRIER)}
    plan = plan_of(3, kinds=["flow", "deployment"], needs=[(0, 1), (2, 3), (1, 3)], after=[(0, 4)], steps=steps)
    keys = [resource.key for resource in plan.resources]

    assert "".join(mermaid(plan)).splitlines() == [
        "flowchart LR",
        *(f'  n{number}["{key}"]' for number, key in enumerate(keys)),
        "  n0 --> n1",
        "  n2 --> n1",
    ]


def test_a_large_graph_has_kinds_with_counts() -> None:
    """However many resources there are, one looks at a dozen boxes."""
    plan = plan_of(SMALL + 2, kinds=["flow", "deployment"], needs=[(0, 1), (2, 3)])

    assert "".join(mermaid(plan)).splitlines() == [
        "flowchart LR",
        f'  flow["flow: {SMALL // 2 + 1}"]',
        f'  deployment["deployment: {SMALL // 2 + 1}"]',
        "  flow -->|2| deployment",
    ]


@given(st.text())
def test_no_name_means_anything_to_mermaid(name: str) -> None:
    """It is quoted, so all that could end the quote or begin markup is an entity; and nothing of it is lost."""
    label = escaped(name)

    assert not set(label) & set('"`<>&{}[]|%\n')
    assert re.sub(r"#(\d+);", lambda entity: chr(int(entity[1])), label) == name
