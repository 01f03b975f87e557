"""What a workspace holds, as far as its counts and a first page of each kind tell."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from migrator.coordinator.listing import ask
from migrator.engine.sealing import KEY_BYTES, Seal
from migrator.errors import UnreachableError
from migrator.kinds import KINDS
from migrator.kinds.block_document import BLOCK_DOCUMENT
from migrator.kinds.kind import Kind, Request
from migrator.model.canonical import Body
from migrator.model.finding import Finding, fine, warning, wrong
from migrator.model.masks import masked
from migrator.prefect_api.errors import ApiError, Missing
from migrator.prefect_api.workspace import Workspace

#: Rows of a kind that is counted, from which the size of all is taken; the server's time for them is what it costs.
SAMPLE = 10
#: Bytes of a node in Redis, sealed bodies apart.
NODE_BYTES = 350


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen of one kind.

    Attributes:
        rows: How many there are; where a server does not count them, how many one page holds.
        sealed: Bytes that one takes in Redis, on the average.
    """

    rows: int
    sealed: int


@dataclass(frozen=True)
class Contents:
    """What was seen of a workspace.

    Attributes:
        samples: By kind.
        absent: The kinds that this server does not have.
        unread: The kinds that it does not list, each with its answer.
    """

    samples: Mapping[str, Sample]
    absent: tuple[str, ...]
    unread: Mapping[str, ApiError]

    @property
    def resources(self) -> int:
        """How many there are."""
        return sum(sample.rows for sample in self.samples.values())

    @property
    def sealed(self) -> int:
        """Bytes of Redis that a run of all of them takes, some of which may be there already."""
        return sum(sample.rows * (NODE_BYTES + sample.sealed) for sample in self.samples.values())


async def look_into(workspace: Workspace) -> Contents:
    """Ask for a page of every kind, and for its count."""
    kinds = [kind for kind in KINDS if not kind.only_used]
    answers = await asyncio.gather(*(_sample(workspace, kind) for kind in kinds))
    seen = dict(zip((kind.name for kind in kinds), answers, strict=True))
    return Contents(
        {name: answer for name, answer in seen.items() if isinstance(answer, Sample)},
        tuple(name for name, answer in seen.items() if answer is None),
        {name: answer for name, answer in seen.items() if isinstance(answer, ApiError)},
    )


async def _sample(workspace: Workspace, kind: Kind) -> Sample | ApiError | None:
    """What was seen of a kind; None where the server does not have it."""
    try:
        count = await _count(workspace, kind)
        rows = await _rows(workspace, kind, 0 if count is None else max(0, count - SAMPLE))
    except ApiError as error:
        return None if isinstance(error, Missing) and kind.optional else error
    seal = Seal(os.urandom(KEY_BYTES))
    sizes = [len(seal.close(row, "")) for row in rows if kind.carried(row)]
    return Sample(len(sizes) if count is None else count, sum(sizes) // max(1, len(sizes)))


async def _count(workspace: Workspace, kind: Kind) -> int | None:
    if kind.listing.count is None:
        return None
    filters = {name: value for name, value in kind.listing.filters.items() if isinstance(value, dict)}
    count: int = await ask(workspace, Request("POST", kind.listing.count, filters))
    return count


async def _rows(workspace: Workspace, kind: Kind, offset: int) -> Sequence[Body]:
    """The rows from one on, as many as the server likes to give: how many one may ask for it does not tell."""
    if kind.listing.single:
        return [await ask(workspace, Request("GET", kind.listing.path))]
    rows: list[Body] = await ask(
        workspace, Request("POST", kind.listing.path, {**kind.listing.filters, "offset": offset})
    )
    return rows


def reading(role: str, profile: str, contents: Contents) -> Finding:
    """Whether everything can be read."""
    if contents.unread:
        error = next(iter(contents.unread.values()))
        what = f"profile '{profile}' does not list its kinds {', '.join(contents.unread)}: {error.what}"
        return wrong(role, "reading", UnreachableError(what, error.advice))
    absent = f"; it has no {', '.join(contents.absent)}" if contents.absent else ""
    return fine(role, "reading", f"all kinds can be read, some {contents.resources:,} resources{absent}")


async def examine_secrets(role: str, workspace: Workspace) -> Finding:
    """Whether secrets are shown, or masks instead of them.

    Raises:
        ApiError: Block documents are not listed.
    """
    listing = BLOCK_DOCUMENT.listing
    rows: list[Body] = await ask(workspace, Request("POST", listing.path, dict(listing.filters)))
    hidden = sum(bool(masked(row["data"])) for row in rows)
    if hidden:
        return warning(
            role,
            "secrets",
            f"{hidden} of {len(rows)} block documents show masks instead of secrets",
            "use credentials that may read them, or give the values with --secrets FILE: `migrator plan` lists them",
        )
    return fine(role, "secrets", f"shown, in {len(rows)} block documents" if rows else "there is no block document")
