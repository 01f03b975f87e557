"""JSON documents as a server may send them."""

from hypothesis import strategies as st

from migrator.model.canonical import Body, Json

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
_SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
DOCUMENTS: st.SearchStrategy[Json] = st.recursive(
    _SCALARS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=6,
)
BODIES: st.SearchStrategy[Body] = st.dictionaries(TEXTS, DOCUMENTS, max_size=5)
