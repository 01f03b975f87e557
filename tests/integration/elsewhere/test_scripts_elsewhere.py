"""The engine's own tests once more, on other servers: what a script promises does not depend on whose Redis it is.

A cluster refuses a command whose keys are in several slots, and a script that touches a key which it did not declare.
"""

from migrator.engine.scripts import RunState
from migrator.engine.steering import reopen
from tests.integration.engine.bench import Bench, done, failed
from tests.integration.engine.graphs import chain
from tests.integration.engine.test_breaker import *  # noqa: F403 - the same tests are the point
from tests.integration.engine.test_claim import *  # noqa: F403
from tests.integration.engine.test_edge_budget import *  # noqa: F403
from tests.integration.engine.test_fences import *  # noqa: F403
from tests.integration.engine.test_kahn_against_model import *  # noqa: F403
from tests.integration.engine.test_publishing import *  # noqa: F403
from tests.integration.engine.test_rate import *  # noqa: F403
from tests.integration.engine.test_reaping import *  # noqa: F403
from tests.integration.engine.test_renew import *  # noqa: F403
from tests.integration.engine.test_retries import *  # noqa: F403
from tests.integration.engine.test_ring import *  # noqa: F403
from tests.integration.engine.test_settle import *  # noqa: F403
from tests.integration.engine.test_share import *  # noqa: F403
from tests.integration.engine.test_turn import *  # noqa: F403


def test_a_finished_run_is_reopened(bench: Bench) -> None:
    """Invariant 3 holds in each generation."""
    bench.publish(chain(3))
    bench.claim_and_settle(failed(0))
    assert bench.status().outcomes == {"failed": 1, "skipped": 2}
    bench.do(reopen(bench.run, [(0, 0), (1, 1), (2, 1)]))
    for node in range(3):
        bench.claim_and_settle(done(node), lease=f"lease-{node}")
    assert (bench.status().state, bench.status().outcomes) == (RunState.FINISHED, {"created": 3})
