"""What judges the service, judged itself: a judge that can't find a fault would pass anything."""

import random

import contract  # noqa: F401
import pytest

from history import History, Outcome, Promise, Write, judge
from scenarios import REACHED_BY, SCENARIOS
from schedule import Action, Deed, Round, draw_round, draw_world
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


def test_the_table_of_steps():
    assert {name for names in REACHED_BY.values() for name in names} == set(SCENARIOS), "every scenario is there for a step"
    cases = all_cases(list(REACHED_BY))
    assert len({str(case) for case in cases}) == len(cases)
    assert sorted(map(str, (case for batch in in_stages(cases, 5) for case in batch))) == sorted(map(str, cases))
    assert unreached(["start", "juggle"]) == ["juggle"]
