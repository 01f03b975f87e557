"""Names that are hard to carry: all that a server accepts, and what only some kinds do (`prefect.types.names`)."""

#: All of ASCII that names of flows, pools, queues, limits and deployments may hold; a path quotes most of it.
AWKWARD = "awkward !\"#$'()*+,-.:;=?@[\\]^_`{|}~ name"

#: Automations, saved searches, tags, labels and slugs may hold the rest as well.
ANYTHING = f"{AWKWARD} / % & < > %2F"

#: A name that is a step up in a path.
DOTS = ".."
