"""The two workspaces: what the profiles lead to, how fast it answers, and whether it can be what it is to be."""

from dataclasses import dataclass, replace

from migrator.coordinator.doctor.contents import Contents, examine_secrets, look_into, reading
from migrator.coordinator.doctor.latency import seconds_of_an_answer
from migrator.coordinator.doctor.rights import examine_creating, limits, what_has_no_place
from migrator.coordinator.survey import workspace_of
from migrator.errors import MigratorError
from migrator.model.finding import Finding, Verdict, fine, warning, wrong
from migrator.prefect_api.contact import Side, reach, refuse_same, refuse_source_only, unreachable
from migrator.prefect_api.errors import ApiError
from migrator.prefect_api.profiles import normalised_url, read_profile
from migrator.prefect_api.versions import TESTED, was_tested
from migrator.prefect_api.workspace import PROTECTED, Workspace
from migrator.settings import Settings

DESTINATION = "destination"
#: Requests by which latency is taken.
ASKED = 5
#: Seconds from which an answer is slow: a run takes at least one for each resource.
SLOW = 0.5


@dataclass(frozen=True)
class Seen:
    """What was seen of one side.

    Attributes:
        findings: What there is to say of it.
        side: Which workspace it is; None where it was not reached, or not named.
        contents: What it holds; None likewise.
    """

    findings: tuple[Finding, ...] = ()
    side: Side | None = None
    contents: Contents | None = None


async def examine_workspace(name: str, role: str, settings: Settings) -> Seen:
    """Look at one side.

    Args:
        name: The profile.
        role: Whether it is to be the source or the destination.
        settings: How it is asked.
    """
    try:
        profile = read_profile(name, credentials_dir=settings.credentials_dir)
    except MigratorError as error:
        return Seen((wrong(role, "profile", error),))
    leads = fine(role, "profile", f"'{name}' leads to {normalised_url(profile.api_url)}")
    try:
        async with workspace_of(profile, settings) as workspace:
            seen = await _looked_at(workspace, role)
            return replace(seen, findings=(leads, *seen.findings))
    except ApiError as error:
        return Seen((leads, wrong(role, "reachable", unreachable(profile, error))))
    except MigratorError as error:
        return Seen((leads, wrong(role, "reachable", error)))


def compare_sides(source: Seen, destination: Seen) -> tuple[Finding, ...]:
    """Whether they are two workspaces, and what the one has no place for, where both were reached."""
    if source.side is None or destination.side is None:
        return ()
    try:
        refuse_same(source.side, destination.side, allow_same_identity=False)
    except MigratorError as error:
        return (wrong(DESTINATION, "another", error),)
    another = fine(DESTINATION, "another", "not the workspace of the source")
    if source.contents is None or destination.contents is None:
        return (another,)
    return another, *what_has_no_place(source.contents, destination.contents)


async def _looked_at(workspace: Workspace, role: str) -> Seen:
    side = await reach(workspace)
    version = _version(side, role)
    known = (_reachable(role, await seconds_of_an_answer(lambda: workspace.get(PROTECTED), ASKED)), version)
    if version.verdict is Verdict.WRONG:
        return Seen(known, side)
    contents = await look_into(workspace)
    read = reading(role, side.profile, contents)
    rights = () if contents.unread else await _rights(workspace, side, role)
    return Seen((*known, read, *rights), side, contents)


async def _rights(workspace: Workspace, side: Side, role: str) -> tuple[Finding, ...]:
    if role == DESTINATION:
        return await examine_creating(workspace), limits(side)
    return (await examine_secrets(role, workspace),)


def _reachable(role: str, seconds: float) -> Finding:
    reason = f"answers in {1000 * seconds:.0f} ms"
    if seconds < SLOW:
        return fine(role, "reachable", reason)
    return warning(role, "reachable", reason, "a run will take its time; start it from a machine nearer to the server")


def _version(side: Side, role: str) -> Finding:
    if side.is_cloud:
        advice = "begin with a part of the workspace (--include), and let `migrator verify` prove it"
        return warning(role, "version", "Prefect Cloud, which has not been tested", advice)
    if role == DESTINATION:
        try:
            refuse_source_only(side)
        except MigratorError as error:
            return wrong(role, "version", error)
    if was_tested(side.version):
        return fine(role, "version", f"Prefect {side.version}")
    oldest, newest = (".".join(map(str, version)) for version in TESTED)
    return warning(
        role,
        "version",
        f"Prefect {side.version} has not been tested; {oldest} to {newest} have",
        "begin with a part of the workspace (--include), and let `migrator verify` prove it",
    )
