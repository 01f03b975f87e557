"""docs/fidelity.md has every field that a Prefect server shows, and says of each what is true of it."""

import re
from collections.abc import Mapping, Sequence

import pytest
from prefect.server.events.schemas.automations import Automation, CompoundTrigger, EventTrigger, SequenceTrigger
from prefect.server.schemas import core, responses, schedules
from pydantic import BaseModel

from migrator.kinds import KINDS
from tests.unit.docs.pages import code, page, rows, section
from tests.unit.kinds.changes import CHANGES, changed, noticed
from tests.unit.kinds.specimens import SPECIMENS

_PAGE = page("fidelity.md")
_OF_EVERY_KIND = "Every kind"

#: What the server's lists hold (`prefect.server.api`), and what is inside, by where it stands.
MODELS: Mapping[str, Mapping[str, Sequence[type[BaseModel]]]] = {
    "variable": {"": [core.Variable]},
    "concurrency-limit": {"": [responses.GlobalConcurrencyLimitResponse]},
    "tag-limit": {"": [core.ConcurrencyLimit, responses.GlobalConcurrencyLimitResponse]},
    "block-type": {"": [core.BlockType]},
    "block-schema": {"": [core.BlockSchema]},
    "block-document": {"": [core.BlockDocument]},
    "result-storage": {"": [core.ServerDefaultResultStorage]},
    "work-pool": {"": [responses.WorkPoolResponse], "storage_configuration": [core.WorkPoolStorageConfiguration]},
    "work-queue": {"": [responses.WorkQueueResponse]},
    "flow": {"": [core.Flow]},
    "deployment": {
        "": [responses.DeploymentResponse],
        "concurrency_options": [core.ConcurrencyOptions],
        "global_concurrency_limit": [responses.GlobalConcurrencyLimitResponse],
        "schedules/*": [core.DeploymentSchedule],
        "schedules/*/schedule": [schedules.CronSchedule, schedules.IntervalSchedule, schedules.RRuleSchedule],
    },
    "saved-search": {"": [core.SavedSearch], "filters/*": [core.SavedSearchFilter]},
    "automation": {"": [Automation], "trigger": [EventTrigger, CompoundTrigger, SequenceTrigger]},
}
each_kind = pytest.mark.parametrize("kind", [kind.name for kind in KINDS])


def shown(kind: str) -> set[str]:
    """The fields that a server shows of a kind, in place of a structure what is in it."""
    fields = {
        "/".join(filter(None, (place, name)))
        for place, models in MODELS[kind].items()
        for model in models
        for name in model.model_fields
    }
    return fields - {place.removesuffix("/*") for place in MODELS[kind]}


def documented(heading: str) -> dict[str, str]:
    """What the page says of each field of a section: yes or no."""
    return {code(field)[0]: carried for field, carried, _ in rows(section(_PAGE, f"## {heading}"))}


def observed(kind: str) -> dict[str, str]:
    """Whether a change in it is ever noticed, of each field that specimens of a kind have."""
    fields = sorted(shown(kind), key=len, reverse=True)
    found: dict[str, str] = {}
    for name, pointer in CHANGES:
        if SPECIMENS[name][0] == kind:
            place = re.sub(r"/\d+(?=/|$)", "/*", pointer).removeprefix("/")
            field = next((field for field in fields if f"{place}/".startswith(f"{field}/")), place)
            row = SPECIMENS[name][1]
            seen = noticed(kind, row, changed(row, pointer)) or found.get(field) == "yes"
            found[field] = "yes" if seen else "no"
    return found


def test_every_kind_has_a_section() -> None:
    """And every section with a table is a kind."""
    headings = re.findall(r"^## (.+)$", _PAGE, re.MULTILINE)
    assert [heading for heading in headings if rows(section(_PAGE, f"## {heading}"))] == [_OF_EVERY_KIND, *MODELS]
    assert list(MODELS) == [kind.name for kind in KINDS]


@each_kind
def test_every_field_that_the_server_shows_has_a_row(kind: str) -> None:
    """And every row is a field."""
    common = documented(_OF_EVERY_KIND).keys()
    assert documented(kind).keys() == shown(kind) - common


@each_kind
def test_a_row_says_what_is_true(kind: str) -> None:
    """Carried is what `verify` notices a change of; a change of what is not is never noticed. Every field is tried."""
    said = {**documented(_OF_EVERY_KIND), **documented(kind)}
    seen = observed(kind)
    assert {field: said[field] for field in shown(kind)} == {field: seen[field] for field in shown(kind)}
