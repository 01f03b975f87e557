"""A temporary file of resources, while a report is made of them: keys, field names and reasons; never a value."""

import tempfile
import weakref
from collections.abc import Iterator

from migrator.reporting.model import ResourceForm


class ResourceFile:
    """Resources that are written once, and read as often as one likes. It goes when nobody reads it any more."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="migrator-")  # noqa: SIM115 - closed when it goes
        weakref.finalize(self, self._file.close)

    def append(self, resource: ResourceForm) -> None:
        """Write one more."""
        self._file.write(resource.model_dump_json().encode() + b"\n")

    def read(self) -> Iterator[ResourceForm]:
        """Every resource, from the first on."""
        position = 0
        while True:
            # Others may read at the same time, each from where it is.
            self._file.seek(position)
            line = self._file.readline()
            if not line:
                return
            position = self._file.tell()
            yield ResourceForm.model_validate_json(line)
