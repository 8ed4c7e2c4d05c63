"""What judges the service, judged itself: a judge that can't find a fault would pass anything."""

import contextlib
import random
from pathlib import Path

import contract  # noqa: F401
import pytest
from builds import Build
from deeds import outages
from groupview import Group, Shard
from history import History, Outcome, Promise, Write, judge
from invariants import check_zones
from rounds import played
from scenarios import REACHED_BY, SCENARIOS
from schedule import Action, Deed, Kind, Layout, Outage, Release, Round, draw_round, draw_world
from steps import all_cases, in_stages, unreached
from watcher import Reign, Span, conflicts


def write(key: str, outcome: Outcome = Outcome.OK, confirmed: bool = False) -> Write:
    return Write(key, "1", "0001", 0.0, 0.1, outcome, confirmed)


@pytest.mark.parametrize(
    ("promise", "confirmed", "outcome", "missed"),
    [
        (Promise.ALL, False, Outcome.OK, True),
        (Promise.ALL, False, Outcome.UNKNOWN, False),
        (Promise.ALL, False, Outcome.REFUSED, False),
        (Promise.CONFIRMED, False, Outcome.OK, False),
        (Promise.CONFIRMED, True, Outcome.OK, True),
        (Promise.NONE, True, Outcome.OK, False),
    ],
)
def test_a_lost_write(promise, confirmed, outcome, missed):
    verdict = judge([write("k", outcome, confirmed)], {"k": None}, lambda _: promise)
    assert bool(verdict.missing) is missed
    assert not verdict.wrong


@pytest.mark.parametrize(
    ("outcome", "found", "wrong"),
    [
        (Outcome.OK, "1", False),
        (Outcome.OK, "2", True),
        (Outcome.UNKNOWN, "1", False),
        (Outcome.REFUSED, "1", True),
    ],
)
def test_a_write_that_is_there(outcome, found, wrong):
    verdict = judge([write("k", outcome)], {"k": found}, lambda _: Promise.NONE)
    assert bool(verdict.wrong) is wrong


def test_what_was_there_is_promised_from_then_on():
    history = History()
    for known in (write("there"), write("lost"), write("late", Outcome.UNKNOWN)):
        history.add(known)
    history.settle({"there": "1", "lost": None, "late": None})
    verdict = judge(history.writes(), {"there": None, "late": "1"}, lambda _: Promise.CONFIRMED)
    assert [missing.key for missing in verdict.missing] == ["there"]
    assert verdict.is_good is False


A1, A2, B = Reign("a", "run-a", "one"), Reign("a", "run-a", "three"), Reign("b", "run-b", "two")


@pytest.mark.parametrize(
    ("spans", "found"),
    [
        # One after the other, and there and back with a promotion each time.
        ({A1: [(0, 1), (2, 3)], B: [(4, 5), (6, 7)]}, 0),
        ({A1: [(0, 1), (2, 3)], B: [(4, 5)], A2: [(6, 7)]}, 0),
        # Writes under way at the same time may have been done one after the other.
        ({A1: [(0, 3)], B: [(1, 2)]}, 0),
        ({A1: [(0, 1), (4, 9)], B: [(4, 8)]}, 0),
        # Between two writes of one reign another node acknowledged one.
        ({A1: [(0, 1), (4, 5)], B: [(2, 3)]}, 1),
        # Two reigns that overlap although no write lies within the other.
        ({A1: [(0.8, 1.0), (1.5, 1.7)], B: [(0.9, 1.1), (1.4, 1.6)]}, 1),
        ({A1: [(0, 1), (8, 9)], B: [(2, 3), (4, 5)]}, 1),
        # The same node can't be its own rival.
        ({A1: [(0, 1), (4, 5)], A2: [(2, 3)]}, 0),
    ],
)
def test_two_primaries(spans, found):
    assert len(conflicts({reign: Span(writes) for reign, writes in spans.items()})) == found


def drawn(seed: int) -> list:
    rng = random.Random(seed)
    world = draw_world(rng)
    return [world, [draw_round(rng, world, 4.0, {deed.value for deed in Deed}) for _ in range(20)]]


def test_a_seed_is_a_schedule():
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_every_deed_is_drawn():
    deeds = {action.deed for seed in range(20) for each in drawn(seed)[1] for action in each.actions}
    assert deeds == set(Deed)


@pytest.mark.parametrize(
    ("deeds", "durable", "promise"),
    [
        ([Deed.SWITCH_OVER, Deed.REBOOT], False, Promise.ALL),
        ([Deed.KILL_ENGINE], False, Promise.CONFIRMED),
        ([Deed.KILL_ENGINE, Deed.SWITCH_OVER], False, Promise.CONFIRMED),
        ([Deed.KILL_ENGINE, Deed.REBOOT], False, Promise.NONE),
        ([Deed.KILL_ENGINE, Deed.PAUSE_ENGINE], False, Promise.NONE),
        ([Deed.KILL_SHARD], False, Promise.NONE),
        ([Deed.KILL_SHARD], True, Promise.ALL),
        ([Deed.KILL_SHARD, Deed.KILL_ENGINE], True, Promise.NONE),
    ],
)
def test_what_is_promised(deeds, durable, promise):
    attack = Round([Action(1.0, deed, "g1", "0001") for deed in deeds])
    assert attack.promise("g1", "0001", durable) is promise
    assert attack.promise("g1", "0002", durable) is Promise.ALL


def outage(members: int, elsewhere: int, shard: str = "0001") -> Outage:
    return Outage("g1", shard, members, elsewhere)


@pytest.mark.parametrize(
    ("taken", "deeds", "durable", "promise"),
    [
        ([], [Deed.ZONE_DOWN], False, Promise.ALL),
        ([outage(1, 1)], [Deed.ZONE_DOWN], False, Promise.CONFIRMED),
        ([outage(1, 2)], [Deed.ZONE_DOWN, Deed.SWITCH_OVER], False, Promise.CONFIRMED),
        ([outage(1, 1)], [Deed.ZONE_DOWN, Deed.KILL_ENGINE], False, Promise.NONE),
        ([outage(1, 1)], [Deed.ZONE_DOWN, Deed.REBOOT], False, Promise.NONE),
        ([outage(1, 1), outage(1, 1)], [Deed.ZONE_DOWN, Deed.ZONE_DOWN], False, Promise.NONE),
        # The one who confirmed a write may have been in the zone, too.
        ([outage(2, 1)], [Deed.ZONE_DOWN], False, Promise.NONE),
        ([outage(2, 0)], [Deed.ZONE_DOWN], False, Promise.NONE),
        ([outage(2, 0)], [Deed.ZONE_DOWN], True, Promise.ALL),
        ([outage(2, 0)], [Deed.ZONE_DOWN, Deed.KILL_ENGINE], True, Promise.NONE),
        ([outage(2, 0), outage(2, 0)], [Deed.ZONE_DOWN, Deed.ZONE_DOWN], True, Promise.NONE),
    ],
)
def test_what_is_promised_when_a_zone_goes_down(taken, deeds, durable, promise):
    attack = Round([Action(1.0, deed, "g1", "0001") for deed in deeds])
    assert attack.promise("g1", "0001", durable, taken) is promise
    assert attack.promise("g1", "0002", durable, taken) is Promise.ALL


A, OTHER = "us-east-1a", "us-east-1b"


@pytest.mark.parametrize(
    ("before", "after", "members", "elsewhere"),
    [
        ({"m1": A, "m2": OTHER}, {"m1": A, "m2": OTHER}, 1, 1),
        ({"m1": A, "m2": A}, {"m1": A, "m2": A}, 2, 0),
        # A new replica in the zone may have confirmed a write; one elsewhere may have none of it yet, and one that left has nothing.
        ({"m1": A, "m2": OTHER}, {"m1": A, "m2": OTHER, "m3": A}, 2, 1),
        ({"m1": A, "m2": A}, {"m1": A, "m2": A, "m3": OTHER}, 2, 0),
        ({"m1": A, "m2": OTHER}, {"m1": A}, 1, 0),
    ],
)
def test_what_a_zone_takes_with_it(before, after, members, elsewhere):
    layouts = [Layout("g1", Kind.FAILOVER)]
    assert outages(A, layouts, {"g1": {"0001": before}}, {"g1": {"0001": after}}) == [outage(members, elsewhere)]
    assert outages("us-east-1c", layouts, {"g1": {"0001": before}}, {"g1": {"0001": after}}) == []


def test_what_a_zone_takes_of_a_group_that_is_made_meanwhile():
    """Nothing is promised of it."""
    taken = outages(A, [Layout("g1", Kind.CLUSTER)], {}, {"g1": {}})
    assert {each.shard for each in taken} == {"0001", "0002"}
    assert Round([Action(1.0, Deed.ZONE_DOWN, "g2")]).promise("g1", "0002", True, taken) is Promise.NONE


@pytest.mark.parametrize(("multi_az", "zones", "good"), [(True, (A, OTHER), True), (True, (A, A), False), (False, (A, A), True)])
def test_members_of_one_zone(multi_az, zones, good):
    placed = dict(zip(("m1", "m2"), zones, strict=True))
    shard = Shard("0001", (), dict.fromkeys(placed, {}), {}, None, None, placed)
    group = Group("g1", "available", False, (shard,), None, multi_az=multi_az)
    with contextlib.nullcontext() if good else pytest.raises(AssertionError, match="Multi-AZ"):
        check_zones(group)


def build(engine: str, *version: int) -> Build:
    return Build(engine, version, Path("/nowhere"))


def test_groups_are_played_on_what_there_is():
    drawn = [Layout(release.name, Kind.PLAIN, release=release) for release in Release]
    everything = [build("redis", 7, 0, 1), build("redis", 6, 2, 14), build("valkey", 8, 1, 1), build("valkey", 9, 1, 0)]
    assert played(drawn, everything) == (drawn, [])
    layouts, missing = played(drawn, everything[:2])
    assert missing == [Release.VALKEY_8, Release.VALKEY_9]
    assert [layout.release for layout in layouts] == [Release.REDIS_7, Release.REDIS_6, Release.REDIS_7, Release.REDIS_7]


def test_every_release_and_placing_is_drawn():
    worlds = [layout for seed in range(60) for layout in draw_world(random.Random(seed))]
    assert {(layout.kind, layout.release) for layout in worlds} == {(kind, release) for kind in Kind for release in Release}
    assert any(len(set(zones)) == 1 for layout in worlds for zones in layout.zones), "a shard in one zone"
    assert all(not layout.zones for layout in worlds if layout.multi_az)


def test_the_table_of_steps():
    assert {name for names in REACHED_BY.values() for name in names} == set(SCENARIOS), "every scenario is there for a step"
    cases = all_cases(list(REACHED_BY))
    assert len({str(case) for case in cases}) == len(cases)
    assert sorted(map(str, (case for batch in in_stages(cases, 5) for case in batch))) == sorted(map(str, cases))
    assert unreached(["start", "juggle"]) == ["juggle"]
