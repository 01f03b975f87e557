"""The spool, where there is no room for it."""

import tempfile
from pathlib import Path

import pytest

from migrator.coordinator.spool import Spool
from migrator.errors import UsageError


def test_a_full_disk_is_named_with_the_way_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no bug of ours, and a directory in memory is full soon."""
    with Path("/dev/full").open("w+b", buffering=0) as full:
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full)
        with pytest.raises(UsageError, match="No space left") as caught, Spool() as spool:
            spool.append({})
    assert "TMPDIR" in caught.value.advice
