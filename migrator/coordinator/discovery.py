"""Discovery: a workspace's listing becomes its inventory; bodies are made canonical locally, from the spool."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from migrator.coordinator.listing import Listing
from migrator.coordinator.secrets import NO_SECRETS, Secrets
from migrator.kinds import KINDS, kind_named
from migrator.kinds.kind import Kind, Surroundings
from migrator.kinds.projection import EVERYTHING, Acceptance
from migrator.kinds.reading import Reader
from migrator.model.addresses import address_of
from migrator.model.canonical import Body, Canonical
from migrator.model.inventory import Inventory
from migrator.model.keys import Key
from migrator.model.masks import unmasked
from migrator.model.sharing import Shared
from migrator.planning.naming import NOTHING, KeyOfId, Naming, name
from migrator.prefect_api.contact import Side


@dataclass(frozen=True)
class Discovery:
    """What a workspace holds.

    Attributes:
        side: Which workspace it is.
        inventory: Its resources, without their bodies.
        naming: What its ids are called.
        listing: What it lists; the bodies are in the spool.
        secrets: By key and JSON pointer, what stands in place of a mask.
    """

    side: Side
    inventory: Inventory
    naming: Naming
    listing: Listing
    secrets: Mapping[Key, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def canonical(self, key: Key) -> Canonical:
        """The canonical form of a resource, read from the spool."""
        body = unmasked(self._row(key), self.secrets.get(key, {}))
        return _reader(self.listing, self.naming.key_of_id.get).canonical(kind_named(key), body)

    def content(self, key: Key) -> Body:
        """The content of a resource, in its own workspace's ids."""
        reader = _reader(self.listing, self.naming.key_of_id.get)
        return kind_named(key).shape(self._row(key), reader.surroundings)

    def needs(self, key: Key, content: Body) -> tuple[Key, ...]:
        """What a resource would refer to if that were its content."""
        return _reader(self.listing, self.naming.key_of_id.get).needs(kind_named(key), content)

    def _row(self, key: Key) -> Body:
        return self.listing.spool.read(self.inventory.resources[key].place)


def take_inventory(
    side: Side,
    listing: Listing,
    like: Discovery | None = None,
    *,
    known: Mapping[str, Key] = MappingProxyType({}),
    secrets: Secrets = NO_SECRETS,
    onto: Acceptance = EVERYTHING,
) -> Discovery:
    """Name and read everything that was listed.

    Args:
        side: Which workspace it is.
        listing: Its rows.
        like: The other workspace, where things that belong together are to be called alike.
        known: What some of its ids have been called before.
        secrets: What it masks.
        onto: What the other workspace accepts.

    Raises:
        UsageError: There are secrets for what it does not have, or does not mask.
    """
    naming = name(listing.hand_over(), _SpooledContents(listing), like.naming if like else NOTHING, known)
    shared = Shared(value for named in naming.key_of_id.items() for value in named)
    reader = replace(_reader(listing, naming.key_of_id.get), address=address_of(side.url), onto=onto, shared=shared)
    read = listing.spool.read
    values = _values(secrets, naming, read, reader)
    bodies = ((key, unmasked(read(place), values.get(key, {})), place) for key, place in naming.places.items())
    inventory = Inventory.of(reader.resource(kind_named(key), key, body, place) for key, body, place in bodies)
    side = replace(side, absent=tuple(kind.name for kind in KINDS if kind.name in listing.absent))
    return Discovery(side, inventory, replace(naming, places={}), listing, values)


def _values(secrets: Secrets, naming: Naming, read: Callable[[int], Body], reader: Reader) -> dict[Key, dict[str, str]]:
    """What stands in place of the masks that there are."""
    secrets.refuse_strangers(naming.places)
    masks = ((key, reader.masked(kind_named(key), read(naming.places[key]))) for key in secrets.fields)
    return {key: secrets.by_place(key, places) for key, places in masks}


@dataclass(frozen=True)
class _SpooledContents:
    listing: Listing

    def canonical(self, kind: Kind, place: int, key_of_id: KeyOfId) -> Canonical:
        return _reader(self.listing, key_of_id).canonical(kind, self.listing.spool.read(place))

    def disclosed(self, kind: Kind, place: int, key_of_id: KeyOfId) -> Canonical:
        return _reader(self.listing, key_of_id).disclosed(kind, self.listing.spool.read(place))


def _reader(listing: Listing, key_of_id: KeyOfId) -> Reader:
    return Reader(key_of_id, Surroundings(listing.default_queue_names))
