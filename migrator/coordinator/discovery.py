"""Discovery: a workspace's listing becomes its inventory; bodies are made canonical locally, from the spool."""

from dataclasses import dataclass, replace

from migrator.coordinator.listing import Listing
from migrator.coordinator.spool import Spool
from migrator.kinds import KINDS
from migrator.kinds.kind import Surroundings
from migrator.kinds.projection import EVERYTHING, Acceptance
from migrator.kinds.reading import Reader
from migrator.model.canonical import Body, Canonical
from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.planning.naming import NOTHING, KeyOfId, Naming, Row, name
from migrator.prefect_api.contact import Side


@dataclass(frozen=True)
class Discovery:
    """What a workspace holds.

    Attributes:
        side: Which workspace it is.
        inventory: Its resources, without their bodies.
        naming: What its ids are called.
        listing: Its rows, whose bodies are in the spool.
    """

    side: Side
    inventory: Inventory
    naming: Naming
    listing: Listing

    def canonical(self, key: Key) -> Canonical:
        """The canonical form of a resource, read from the spool."""
        return _SpooledContents(self.listing).canonical(self.naming.rows[key], self.naming.key_of_id.get)


def take_inventory(
    side: Side, listing: Listing, like: Discovery | None = None, onto: Acceptance = EVERYTHING
) -> Discovery:
    """Name and read everything that was listed.

    Args:
        side: Which workspace it is.
        listing: Its rows.
        like: The other workspace, where things that belong together are to be called alike.
        onto: What the other workspace accepts.
    """
    naming = name(
        (row for rows in listing.rows.values() for row in rows),
        _SpooledContents(listing),
        like.naming if like else NOTHING,
    )
    reader = Reader(naming.key_of_id.get, _surroundings(listing), onto)
    resources = (reader.resource(row.kind, key, _body(listing.spool, row)) for key, row in naming.rows.items())
    side = replace(side, absent=tuple(kind.name for kind in KINDS if kind.name in listing.absent))
    return Discovery(side, Inventory.of(resources), naming, listing)


@dataclass(frozen=True)
class _SpooledContents:
    listing: Listing

    def canonical(self, row: Row, key_of_id: KeyOfId) -> Canonical:
        return self._reader(key_of_id).canonical(row.kind, _body(self.listing.spool, row))

    def disclosed(self, row: Row, key_of_id: KeyOfId) -> Canonical:
        return self._reader(key_of_id).disclosed(row.kind, _body(self.listing.spool, row))

    def _reader(self, key_of_id: KeyOfId) -> Reader:
        return Reader(key_of_id, _surroundings(self.listing))


def _surroundings(listing: Listing) -> Surroundings:
    return Surroundings(listing.default_queue_names)


def _body(spool: Spool, row: Row) -> Body:
    return spool.read(row.place)
