"""What is here: the environment in which the command is typed."""

import difflib
from collections.abc import Mapping

from migrator.coordinator.doctor.sealing import examine_key
from migrator.model.finding import Finding, fine, warning
from migrator.settings import Settings

SUBJECT = "here"
_PREFIX = "MIGRATOR_"
_HOST = "_SERVICE_HOST"
_KNOWN = tuple(f"{_PREFIX}{name.upper()}" for name in Settings.model_fields)


def examine_here(environment: Mapping[str, str], settings: Settings) -> tuple[Finding, ...]:
    """What the environment says to us, and whether there is a key to seal with."""
    return *examine_settings(environment), examine_key(settings)


def examine_settings(environment: Mapping[str, str]) -> tuple[Finding, ...]:
    """What the environment says to us, and what it may have meant to say."""
    ours = (
        name for name in environment if name.upper().startswith(_PREFIX) and not _tells_of_a_service(name, environment)
    )
    unknown = sorted(name for name in ours if name.upper() not in _KNOWN)
    if unknown:
        return tuple(
            warning(SUBJECT, "settings", f"there is no setting {name}, so it changes nothing", _meant(name))
            for name in unknown
        )
    said = [name for name in _KNOWN if name in environment]
    return (fine(SUBJECT, "settings", f"set here: {', '.join(said)}" if said else "nothing is set, all is as usual"),)


def _tells_of_a_service(name: str, environment: Mapping[str, str]) -> bool:
    """Whether it is one of the variables by which Kubernetes tells a pod of a service."""
    services = (host.removesuffix(_HOST) for host in environment if host.endswith(_HOST))
    return any(name.startswith((f"{service}_SERVICE_", f"{service}_PORT")) for service in services)


def _meant(name: str) -> str:
    endings = [known.removeprefix(_PREFIX) for known in _KNOWN]
    nearest = difflib.get_close_matches(name.upper().removeprefix(_PREFIX), endings, n=1)
    return f"did you mean {_PREFIX}{nearest[0]}?" if nearest else f"remove it; there are {', '.join(_KNOWN)}"
