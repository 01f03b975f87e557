"""The audit log's packs."""

from hypothesis import given
from hypothesis import strategies as st

from migrator.engine.audit import Write, pack, unpack

WRITES = st.builds(
    Write,
    at=st.integers(0, 2**42),
    node=st.integers(0, 10**6),
    side=st.sampled_from(["source", "destination"]),
    method=st.sampled_from(["POST", "PATCH", "DELETE"]),
    path=st.text(),
    answer=st.integers(200, 599) | st.sampled_from(["Unanswered"]),
    worker=st.just("host-1-ab"),
)


@given(writes=st.lists(WRITES, min_size=1, max_size=5))
def test_a_pack_holds_what_was_put_into_it(writes: list[Write]) -> None:
    """Whatever clocks and names do."""
    assert unpack(pack(writes)) == writes


def test_a_write_takes_few_bytes() -> None:
    """Design, section 6: 350 bytes a node all in. As many as a settlement has on a real server: three to four."""
    writes = [
        Write(1_795_300_000_000 + 11 * n, 54_321 + 7 * n, "destination", "POST", "/deployments/", 201, "host-4711-ab12")
        for n in range(4)
    ]

    assert len(pack(writes)) / len(writes) <= 25
