"""Images of what updates replace rest sealed beside the ledger (invariant 15)."""

from tests.integration.engine.bench import Bench, done
from tests.integration.engine.graphs import plan_of


def test_the_first_image_is_kept(bench: Bench) -> None:
    """Invariant 15: a second attempt sees what the first one has written already, which is not what was before."""
    bench.do(bench.run.keep_image(0, b"before the first"))
    bench.do(bench.run.keep_image(0, b"before the second"))

    assert bench.do(bench.run.images([0])) == [b"before the first"]


def test_every_resource_has_an_image_of_its_own(bench: Bench) -> None:
    """Or none."""
    bench.do(bench.run.keep_image(2, b"two"))
    bench.do(bench.run.keep_image(0, b"zero"))

    assert bench.do(bench.run.images([0, 1, 2])) == [b"zero", None, b"two"]


def test_an_image_outlives_its_body(bench: Bench) -> None:
    """Invariant 15: it is for the rollback, which comes when everything has settled."""
    bench.publish(plan_of(1))
    bench.claim()
    bench.do(bench.run.keep_image(0, b"before"))
    bench.settle("lease", done(0, outcome="updated"))

    assert bench.hash_of("body") == {}
    assert bench.do(bench.run.images([0])) == [b"before"]
