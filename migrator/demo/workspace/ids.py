"""The ids that the server gave to what was made so far, by name."""

from dataclasses import dataclass, field


@dataclass
class Ids:
    """Ids of what later resources refer to.

    Names are the resources' own; blocks are named `type-slug/name`, or `type-slug/anonymous:` and what they are for,
    queues `pool/queue`, deployments `flow/deployment`.
    """

    blocks: dict[str, str]
    limits: dict[str, str]
    flows: dict[str, str]
    pools: dict[str, str] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)
    deployments: dict[str, str] = field(default_factory=dict)
