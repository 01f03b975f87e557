"""The audit log in Redis."""

from migrator.engine.audit import Write, pack
from migrator.engine.run import FIELDS
from tests.integration.engine.bench import Bench


def write(at: int, node: int, worker: str = "one") -> Write:
    """A write."""
    return Write(at, node, "destination", "POST", "/flows/", 201, worker)


def test_what_workers_have_written_is_read_in_order_of_time(bench: Bench) -> None:
    """Each tells when it settles, so packs overlap."""
    bench.do(bench.run.tell([write(10, 1), write(40, 4)]))
    bench.do(bench.run.tell([write(20, 2, "two"), write(30, 3, "two")]))

    assert [(found.node, found.worker) for found in bench.do(bench.run.audit())] == [
        (1, "one"),
        (2, "two"),
        (3, "two"),
        (4, "one"),
    ]


def test_a_pack_whose_answer_was_lost_counts_once(bench: Bench) -> None:
    """The client repeats a push that it has heard nothing of."""
    bench.do(bench.run.tell([write(10, 1)]))
    bench.do(bench.run.tell([write(10, 1)]))

    assert len(bench.do(bench.run.audit())) == 1


def test_a_long_log_is_read_in_pieces(bench: Bench) -> None:
    """Invariant 12: no command returns all of it."""
    packs = [pack([write(n, n)]) for n in range(FIELDS + 5)]
    bench.do(bench.redis.rpush(bench.keys["audit"], *packs))

    assert [found.node for found in bench.do(bench.run.audit())] == list(range(FIELDS + 5))


def test_a_run_that_has_written_nothing_has_an_empty_log(bench: Bench) -> None:
    """And no key."""
    assert bench.do(bench.run.audit()) == []
