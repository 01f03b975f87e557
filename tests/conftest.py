"""What all tests start from, however busy the machine and however they were started."""

import signal

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
# A shell starts what it puts into the background with this signal ignored, and so would every process of the tests be.
signal.signal(signal.SIGINT, signal.default_int_handler)
# Asked to end, pytest ends as at Ctrl-C: fixtures end what they have started.
signal.signal(signal.SIGTERM, signal.default_int_handler)

#: Folders, those of long files first: at the end no process waits for another that has just begun one.
ORDER = ("e2e", "integration", "browser", "size", "chaos", "deploy", "unit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests by folder; within one, the order is that of pytest-randomly."""
    items.sort(key=lambda item: next((place for place, name in enumerate(ORDER) if name in item.path.parts), 0))
