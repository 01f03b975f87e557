"""The terms of a migration, and the plan that they lead to."""

from collections.abc import Sequence
from dataclasses import dataclass

from migrator.coordinator.history import begun
from migrator.coordinator.survey import Pair, Survey
from migrator.engine.run import Run
from migrator.errors import UsageError
from migrator.model.plan import OnExisting, Plan
from migrator.planning.planning import make_plan
from migrator.planning.selection import EVERYTHING, Selection, idle
from migrator.reporting.model import RunForm
from migrator.reporting.run_report import report_of_plan


@dataclass(frozen=True)
class Terms:
    """What is to be migrated, and how: all that a plan depends on besides the two workspaces.

    Attributes:
        pair: Which workspaces.
        selection: What of the source.
        held: Whether what acts by itself arrives so that it does not.
        on_existing: What to do with what is there already.
    """

    pair: Pair
    selection: Selection
    held: bool
    on_existing: OnExisting


async def plan_migration(survey: Survey, earlier: Sequence[Run], terms: Terms) -> Plan:
    """The plan of a migration, in the light of what earlier runs have begun.

    Raises:
        UsageError: A part of the selection matches nothing, or all of it together.
    """
    where = f"in profile '{survey.source.side.profile}'"
    if unmatched := idle(terms.selection, survey.source.inventory):
        raise UsageError(
            f"nothing {where} matches {', '.join(unmatched)}",
            "--include, --exclude and --tag must each match something",
        )
    plan = make_plan(
        survey.source.inventory,
        survey.destination.inventory,
        survey.differences,
        held=terms.held,
        on_existing=terms.on_existing,
        begun=await begun(earlier),
        selection=terms.selection,
    )
    if terms.selection != EVERYTHING and not plan.resources:
        raise UsageError(
            f"nothing {where} matches all that --include, --exclude and --tag say",
            "see what there is: migrator plan --from … --to … --json",
        )
    return plan


def report_of_migration(plan: Plan, survey: Survey) -> RunForm:
    """The report of a migration's plan."""
    return report_of_plan(
        plan,
        survey.source.side,
        survey.destination.side,
        survey.requests,
        left_behind=survey.left_behind,
        latency=survey.latency,
    )
