"""A run whose id was chosen: the same command takes it up, another one is refused."""

import asyncio
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from migrator.coordinator.history import in_place_of_earlier
from migrator.coordinator.migrating import Audience, Order, migrate
from migrator.coordinator.survey import Pair
from migrator.coordinator.taking_up import checked_id, taken_up
from migrator.coordinator.terms import Terms
from migrator.engine.keeping import purge
from migrator.engine.keys import LEDGERS
from migrator.engine.parcel import Parcel
from migrator.engine.publishing import publish
from migrator.engine.record import Workspace
from migrator.engine.run import server_of
from migrator.engine.scripts import RunState
from migrator.engine.sealing import Seal
from migrator.errors import RefusedError, ResumableError, UsageError
from migrator.model.bounds import Bounds
from migrator.model.canonical import Canonical
from migrator.model.plan import OnExisting, Purpose
from migrator.planning.selection import EVERYTHING, Selection
from migrator.prefect_api.pressure import Pressure
from migrator.prefect_api.profiles import Profile
from migrator.prefect_api.workspace import Workspace as Client
from migrator.settings import Settings
from tests.integration.engine.bench import Bench, bench_on
from tests.integration.engine.graphs import bodies_of, hub, plan_of, record_of
from workers.audit import Notes
from workers.destination import Destination
from workers.migration import Migration

SEAL = Seal(b"k" * 32)
PAIR = Pair(Profile("source", "http://SOURCE:4200/api/"), Profile("destination", "http://destination/api"))
TERMS = Terms(PAIR, EVERYTHING, held=True, on_existing=OnExisting.KEEP)


@pytest.fixture
def bench(redis_url: str, run_id: str) -> Iterator[Bench]:
    """A run that may be published."""
    with bench_on(redis_url, run_id) as bench:
        yield bench


def _publish(bench: Bench, **other: object) -> None:
    plan = hub(3)
    sides = {
        "source": Workspace(profile="source", url="http://source:4200/api", version="3", identity="a"),
        "destination": Workspace(profile="destination", url="http://destination/api", version="3", identity="b"),
    }
    record = record_of(bench.run.id, plan).model_copy(update={**sides, "held": True, "seal": SEAL.id, **other})
    bench.do(publish(bench.redis, record, plan, bodies_of(plan)))


def test_the_same_command_takes_a_run_up(bench: Bench) -> None:
    """Nothing is planned anew: a pod that was restarted goes on with what its predecessor has published."""
    _publish(bench)

    run = bench.do(taken_up(bench.redis, bench.run.id, TERMS, None, SEAL))

    assert run is not None
    assert run.id == bench.run.id


def test_a_run_that_is_not_there_is_not_taken_up(bench: Bench) -> None:
    """It is to be published."""
    assert bench.do(taken_up(bench.redis, bench.run.id, TERMS, None, SEAL)) is None


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        (replace(TERMS, pair=replace(PAIR, source=Profile("other", "http://source:4200/api"))), "source"),
        (replace(TERMS, pair=replace(PAIR, destination=Profile("destination", "http://b/api"))), "destination"),
        (replace(TERMS, selection=Selection(tags=("prod",))), "choice of resources"),
        (replace(TERMS, held=False), "--hold or --live"),
        (replace(TERMS, on_existing=OnExisting.UPDATE), "--on-existing"),
    ],
)
def test_another_command_under_the_same_id_is_refused(bench: Bench, terms: Terms, told: str) -> None:
    """It would report a success of something that it did not do."""
    _publish(bench)

    with pytest.raises(RefusedError, match=told):
        bench.do(taken_up(bench.redis, bench.run.id, terms, None, SEAL))


def test_another_plan_than_the_approved_one_is_not_taken_up(bench: Bench) -> None:
    """As no other is begun."""
    _publish(bench, plan="of yesterday")

    assert bench.do(taken_up(bench.redis, bench.run.id, TERMS, "of yesterday", SEAL)) is not None
    with pytest.raises(RefusedError, match="another plan"):
        bench.do(taken_up(bench.redis, bench.run.id, TERMS, "of today", SEAL))


def test_other_bounds_are_not_taken_up(bench: Bench) -> None:
    """They would be passed over in silence."""
    _publish(bench, rate=2.0)

    assert bench.do(taken_up(bench.redis, bench.run.id, TERMS, None, SEAL, bounds=Bounds(2.0, None))) is not None
    with pytest.raises(RefusedError, match="another --rate"):
        bench.do(taken_up(bench.redis, bench.run.id, TERMS, None, SEAL, bounds=Bounds(3.0, None)))


def test_what_is_left_to_others_is_told_in_outline_as_long_as_it_goes_on(
    bench: Bench, redis_url: str, tmp_path: Path
) -> None:
    """One that has ended is reported, one that is paused is said to be: that it was left would not be true."""
    _publish(bench)
    order = Order(TERMS, None, workers=0, run_id=bench.run.id, detached=True)
    detached = partial(migrate, order, _settings(redis_url, tmp_path), SILENT)

    form = bench.do(detached())
    assert (form.state, form.resources) == ("running", [])

    bench.turn(RunState.PAUSED)
    with pytest.raises(ResumableError, match="paused"):
        bench.do(detached())

    bench.turn(RunState.CANCELLED)
    form = bench.do(detached())
    assert (form.state, len([*form.resources])) == ("cancelled", 4)


@pytest.mark.parametrize(("workers", "is_followed"), [(0, True), (1, False)])
def test_a_run_that_is_paused_is_followed_by_who_works_elsewhere(
    bench: Bench, redis_url: str, tmp_path: Path, *, workers: int, is_followed: bool
) -> None:
    """So a Job outlasts a pause; a command with workers of its own says what to type, and ends."""
    _publish(bench)
    bench.turn(RunState.PAUSED)
    order = Order(TERMS, None, workers=workers, run_id=bench.run.id, wait=2)
    said = "has not ended" if is_followed else "is paused"
    with pytest.raises(ResumableError, match=said):
        bench.do(migrate(order, _settings(redis_url, tmp_path), SILENT))


def _settings(redis_url: str, place: Path) -> Settings:
    key = place / "key"
    key.write_text((b"k" * 32).hex())
    key.chmod(0o600)
    return Settings(
        redis_url=redis_url, sealing_key_file=key, events=False, accept_volatile=True, state_dir=place / "state"
    )


def _unseen(*_: object) -> None:
    """Nobody looks."""


def test_nothing_is_left_to_a_redis_that_ends_with_the_command(tmp_path: Path) -> None:
    """The embedded one: nobody would be there to go on."""
    order = Order(TERMS, None, workers=0, detached=True)

    with pytest.raises(UsageError, match="without a shared Redis"):
        asyncio.run(migrate(order, Settings(state_dir=tmp_path / "state"), Audience(_nothing, _nothing, _nothing)))

    assert not (tmp_path / "state").exists()


def _nothing(*_: object) -> Any:
    raise AssertionError("nobody is to be told anything")


#: Who is neither told nor asked anything.
SILENT = Audience(_nothing, _nothing, lambda _: nullcontext(_unseen))


def test_a_rollback_is_not_taken_up_as_a_migration(bench: Bench) -> None:
    """Whatever it is called."""
    _publish(bench, purpose=Purpose.ROLLBACK, parent="other")

    with pytest.raises(RefusedError, match="purpose"):
        bench.do(taken_up(bench.redis, bench.run.id, TERMS, None, SEAL))


def test_who_has_another_key_takes_nothing_up(bench: Bench) -> None:
    """Its workers could open no body."""
    _publish(bench)

    with pytest.raises(RefusedError, match="sealed with another key"):
        bench.do(taken_up(bench.redis, bench.run.id, TERMS, None, Seal(b"o" * 32)))


def test_what_a_publisher_has_left_that_died_is_not_taken_up(bench: Bench) -> None:
    """It is published anew."""
    bench.do(bench.redis.hset(bench.keys["degree"], "7", "1"))
    bench.do(bench.redis.zadd(LEDGERS, {bench.run.id: 1}))

    assert bench.do(taken_up(bench.redis, bench.run.id, TERMS, None, SEAL)) is None


def test_one_id_is_published_by_one_at_a_time(bench: Bench) -> None:
    """Whatever the workspaces: else two plans would be mixed under it."""
    here, there, elsewhere = (Workspace(profile=p, url=p, version="3", identity=p) for p in ("a", "b", "c"))

    async def both() -> None:
        async with (
            in_place_of_earlier(bench.redis, here, there, (), bench.run.id),
            in_place_of_earlier(bench.redis, here, elsewhere, (), bench.run.id),
        ):
            raise AssertionError

    with pytest.raises(ResumableError, match="of this id"):
        bench.do(both())


def test_what_is_written_under_an_id_that_comes_again_has_another_owner(bench: Bench) -> None:
    """Invariants 6 and 9: what the first run of that name has written is none of the second one's."""
    first, second = _owner(bench, "1"), _owner(bench, "2")

    assert first == f"migrator.{bench.run.id}.1.0"
    assert second == f"migrator.{bench.run.id}.2.0"


def _owner(bench: Bench, mark: str) -> str:
    """Of the first resource of a run that was published, and whose id is free again."""
    parcel = Parcel(Canonical({}), {}).close(SEAL, bench.run.id, 0)
    plan, server = plan_of(1), bench.do(server_of(bench.redis))
    record = record_of(bench.run.id, plan).model_copy(update={"mark": mark, "redis": server})
    bench.do(publish(bench.redis, record, plan, [(0, parcel)]))
    nowhere = Destination(Client(Profile("nowhere", "http://nowhere"), Pressure(1)), cast("Any", None))
    migration = Migration(bench.run, record, SEAL, nowhere, Notes("worker"))
    [job], _ = bench.do(migration.prepare(bench.claim()))
    bench.do(purge(bench.run))
    return job.owner


@pytest.mark.parametrize("run_id", ["migration-7", "a", "Nightly_2026.11", "x" * 128])
def test_an_id_may_be_what_a_job_is_called(run_id: str) -> None:
    """And a little more."""
    assert checked_id(run_id) == run_id


@pytest.mark.parametrize("run_id", ["", "last", "-x", "a b", "a}", "{a", "a:b", "a/b", "ä", "x" * 129, "a\n"])
def test_an_id_that_would_be_no_word_is_wrong_usage(run_id: str) -> None:
    """It is a part of keys and of commands, and `last` means another run."""
    with pytest.raises(UsageError, match="called"):
        checked_id(run_id)
