"""What a destination lets us do, as far as that can be known without writing."""

from collections.abc import Iterator
from http import HTTPStatus

from migrator.coordinator.doctor.contents import Contents
from migrator.errors import UnreachableError
from migrator.kinds.variable import VARIABLE
from migrator.model.finding import Finding, fine, warning, wrong
from migrator.prefect_api.contact import Side
from migrator.prefect_api.errors import ApiError, Denied, Rejected
from migrator.prefect_api.workspace import Workspace

ROLE = "destination"


async def examine_creating(workspace: Workspace) -> Finding:
    """Ask for a variable without a name, which every server refuses: what matters is why."""
    try:
        await workspace.send(VARIABLE.create({}))
    except Denied as error:
        what = f"profile '{workspace.profile.name}' may not create: {error.what}"
        return wrong(ROLE, "creating", UnreachableError(what, error.advice))
    except Rejected as error:
        if error.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            return fine(ROLE, "creating", "its credentials may create")
        return _uncertain(error)
    except ApiError as error:
        return _uncertain(error)
    return warning(ROLE, "creating", "it accepts anything, so it is no Prefect", "look at what is behind the URL")


def _uncertain(error: ApiError) -> Finding:
    said = f"whether it may create cannot be told: {error.what}"
    return warning(ROLE, "creating", said, "begin with one resource: --include 'variable/NAME'")


def limits(side: Side) -> Finding:
    """How much it takes."""
    if not side.is_cloud:
        return fine(ROLE, "limits", "a self-hosted server has none; a run adapts to how it answers")
    return warning(
        ROLE,
        "limits",
        "Prefect Cloud bounds requests a minute, deployments and automations by plan, and does not tell how many",
        "a run adapts to the first; compare the plan's other limits with what the source has",
    )


def what_has_no_place(source: Contents, destination: Contents) -> Iterator[Finding]:
    """The kinds that only the source has something of."""
    lost = [name for name in destination.absent if name in source.samples and source.samples[name].rows]
    if lost:
        reason = f"it has no {', '.join(lost)}, of which the source has some"
        yield warning(ROLE, "kinds", reason, "they will be skipped, with what needs them: upgrade it, or go without")
