"""The comparison with the model fails when it should: each of these edits of a script, by itself, is noticed."""

import asyncio

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from redis.exceptions import RedisError

from tests.integration.engine.kahn import RandomPlan, random_plans
from tests.integration.engine.mutation import mutated
from tests.integration.engine.test_kahn_against_model import chooser, run_and_compare

MUTANTS = {
    "a result counts whoever sends it": ("settle", "if claimed:get(node) ~= token then return 0 end", ""),
    "an edge counts twice": ("settle", "left = left - 1\n  if lost", "left = left - 2\n  if lost"),
    "an edge does not count": (
        "settle",
        "do count_down(waiting[i], losing[i]) end",
        "do if i > 1 then count_down(waiting[i], losing[i]) end end",
    ),
    "a failure is forgotten": ("settle", "if lost and not blocked:get(node) then blocked:set(node, lost) end", ""),
    "an edge that orders blocks": ("settle", "= mark == '' and lost", "= lost"),
    "a skip blocks nobody": ("settle", "'^%S+')] and node", "'^failed')] and node"),
    "a skip does not wait for the last": (
        "settle",
        "if lost and not blocked:get(node) then blocked:set(node, lost) end",
        "if lost then settle(node, 'skipped ' .. lost) end",
    ),
    "a node that is skipped has no dependents": (
        "settle",
        "if dependents:get(node) then",
        "if ending ~= 'skipped' and dependents:get(node) then",
    ),
    "a walk ends after one piece": ("settle", "  return following\n", ""),
    "a walk is not put back": ("settle", "    put_back(left)\n", ""),
    "a piece is kept": ("settle", "if not lost then dependents:set(place, false) end", ""),
    "a failure's piece is not kept": ("settle", "if not lost then dependents:set", "if true then dependents:set"),
    "a node that waits for nothing more is forgotten": ("settle", "    freed[#freed + 1] = node\n", ""),
    "a walk has no budget": ("settle", "while place and edges < budget do", "while place do"),
    "a run finishes early": ("settle", "== tonumber(call('HGET', run, 'nodes'))", "== call('HGET', run, 'nodes') - 1"),
    "a run does not finish": ("settle", "call('HSET', run, 'state', 'finished', 'ended', now)", ""),
    "an outcome is not tallied": ("settle", "call('HINCRBY', KEYS[8], field, nodes)", ""),
    "a node is tallied for another kind": ("settle", "if number >= groups[i][1] then", "if true then"),
    "a further node counts for nobody": ("settle", "'^-?%d+')", "'^-?%d+') and '-1'"),
    "a failure is not among the failures": ("settle", "call('ZADD', KEYS[21], now, node)", ""),
    "an id is not recorded": ("settle", "id:set(node, destination_id)", ""),
    "a body is kept": ("settle", "  body:set(resource, false)\n", ""),
    "a failure's body is not kept": ("settle", "if not LOST[ending] then", "if ending ~= 'skipped' then"),
    "a body goes with the first node": ("settle", "    if left > 0 then return end\n  end\n", "  end\n"),
    "a node stays in its lease": ("settle", "return 0 end\n  claimed:set(node, false)\n", "return 0 end\n"),
    "a lease never ends": ("settle", "  call('ZREM', KEYS[15], holder)\n", ""),
    "a lease ends with its first node": ("settle", "if left <= 0 then end_lease", "if true then end_lease"),
    "a lease is not reaped": ("settle", "\nreap_one_lease()\n", "\n"),
    "a reaped node may be settled": ("settle", "== expired then", "~= '' then"),
    "a suspect is ready like others": (
        "settle",
        "crash_limit then\n        call('RPUSH', KEYS[17], node)",
        "crash_limit then\n        call('RPUSH', ready, node)",
    ),
    "a node may kill for ever": ("settle", "if died < crash_limit then", "if true then"),
    "a retry is not promoted": ("settle", "\npromote_due_retries()\n", "\n"),
    "a retry is promoted twice": ("settle", "    call('ZREM', KEYS[16], node)\n", ""),
    "a claim leaves nodes ready": (
        "claim",
        "return call('LPOP', KEYS[2], limit) or {}",
        "return call('LRANGE', KEYS[2], 0, limit - 1)",
    ),
    "a claim has no limit": ("claim", "call('LPOP', KEYS[2], limit)", "call('LPOP', KEYS[2], 100)"),
    "a repeated claim takes more": ("claim", "if call('HEXISTS', KEYS[5], token) == 1 then", "if false then"),
    "a repeated claim gets what has settled": ("claim", "if call('HGET', KEYS[4], node) == token then", "if true then"),
    "a claim is not held": ("claim", "  call('HSET', KEYS[4], unpack(holder))\n", ""),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_of_a_script_does_not_agree_with_the_model(mutant: str, redis_url: str) -> None:
    """Each would break an invariant, and does so within a hundred random runs."""

    @settings(
        max_examples=100,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(random=random_plans(), moves=st.integers(0, 50), data=st.data())
    def agrees(random: RandomPlan, moves: int, data: st.DataObject) -> None:
        asyncio.run(run_and_compare(redis_url, random, moves, chooser(data)))

    with mutated(*MUTANTS[mutant]), pytest.raises((AssertionError, RedisError)) as caught:
        agrees()
    assert "compiling" not in str(caught.value), "it is no Lua"
