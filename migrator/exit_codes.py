"""The exit codes of `migrator`: what a script or a Kubernetes pod failure policy may rely on."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    LANDED = 0
    """All landed; nothing is missing or different."""
    INCOMPLETE = 1
    """Ended, but something failed, was skipped, differs, or the run was cancelled."""
    USAGE = 2
    """Wrong usage or settings, unknown profile, no terminal and no `--yes`."""
    UNREACHABLE = 3
    """A workspace or Redis cannot be reached, or refuses the credentials."""
    RESUMABLE = 4
    """Not ended; it can be resumed."""
    REFUSED = 5
    """Refused for safety, or declined at the question."""
    BUG = 70
    """A bug of ours (EX_SOFTWARE of sysexits.h)."""
    INTERRUPTED = 130
    """Interrupted by Ctrl-C (128 + SIGINT), or by SIGTERM where there is no run that goes on without."""
