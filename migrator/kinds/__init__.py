"""The kinds of resources: where each is listed, what names it, how it is read and written. Pure.

One mechanism (`kind`, `references`, `mentions`) serves all; a kind's module is its table.
"""

from migrator.kinds.automation import AUTOMATION
from migrator.kinds.block_document import BLOCK_DOCUMENT
from migrator.kinds.block_schema import BLOCK_SCHEMA
from migrator.kinds.block_type import BLOCK_TYPE
from migrator.kinds.concurrency_limit import CONCURRENCY_LIMIT
from migrator.kinds.deployment import DEPLOYMENT
from migrator.kinds.flow import FLOW
from migrator.kinds.kind import Kind
from migrator.kinds.result_storage import RESULT_STORAGE
from migrator.kinds.saved_search import SAVED_SEARCH
from migrator.kinds.tag_limit import TAG_LIMIT
from migrator.kinds.variable import VARIABLE
from migrator.kinds.work_pool import WORK_POOL
from migrator.kinds.work_queue import WORK_QUEUE
from migrator.model.keys import Key, kind_of

KINDS: tuple[Kind, ...] = (
    VARIABLE,
    CONCURRENCY_LIMIT,
    TAG_LIMIT,
    BLOCK_TYPE,
    BLOCK_SCHEMA,
    BLOCK_DOCUMENT,
    RESULT_STORAGE,
    WORK_POOL,
    WORK_QUEUE,
    FLOW,
    DEPLOYMENT,
    SAVED_SEARCH,
    AUTOMATION,
)
"""Every kind, each after those that its names are made of; the order of reports."""

_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_named(key: Key) -> Kind:
    """The kind of a key."""
    return _BY_NAME[kind_of(key)]
