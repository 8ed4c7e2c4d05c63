"""A zone goes down, and somebody breaks a promise behind the service's back: the suite fails, and says how to see it again."""

import contextlib

import contract  # noqa: F401
import pytest
import redis

import groups
import rounds
import world
from administrator import administrator
from deeds import Attack
from history import Outcome
from patience import eventually
from report import Report
from schedule import Action, Deed, Kind, Layout, Round
from server import BINARY
from service import Service

LAYOUT = Layout("g1", Kind.FAILOVER, multi_az=True)
ROUND = Round([Action(0.5, Deed.ZONE_DOWN, "g1", "0001", "primary", duration=0.3)])
ABILITIES = rounds.Abilities(operations=set(), durability=True)


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """One round of one group."""
    if not BINARY.exists():
        pytest.fail(f"{BINARY} does not exist: run `make build`, or set ELASTANE_BINARY")
    monkeypatch.setattr(rounds, "ROUNDS_OF_A_WORLD", (1, 1))
    monkeypatch.setattr(rounds, "draw_world", lambda rng: [LAYOUT])
    monkeypatch.setattr(rounds, "draw_round", lambda *_: ROUND)
    monkeypatch.setattr(world, "WHOLE_WITHIN", 10.0)


def play(capsys) -> tuple[bool, str]:
    good = rounds.WorldRun(7, 3, Report(), ABILITIES).run(float("inf"))
    return good, capsys.readouterr().out


def after_the_attack(monkeypatch, sabotage) -> None:
    class Sabotaged(Attack):
        def run(self, actions: list[Action]) -> None:
            super().run(actions)
            sabotage(self._world)

    monkeypatch.setattr(rounds, "Attack", Sabotaged)


def assert_fails(capsys, word: str) -> None:
    good, said = play(capsys)
    assert not good and word in said, said
    assert "To see it again: make chaos SEED=7 WORLD=3" in said and "take down the zone of primary g1/0001 for 0.30 s" in said


def test_without_sabotage_all_holds(capsys):
    good, said = play(capsys)
    assert good and "1 member is in it" not in said, said


def test_a_confirmed_write_is_lost(capsys, monkeypatch):
    """Each time that it is played."""

    def lose(attacked: world.World) -> None:
        traffic = attacked.traffic["g1"]
        eventually(lambda: attacked.status("g1") == "available", what="an available group")
        traffic.rest()
        key = next(write.key for write in traffic.history.writes() if write.outcome is Outcome.OK and write.confirmed)
        eventually(lambda: deleted(attacked, key), what="the loss")

    after_the_attack(monkeypatch, lose)
    for _ in range(2):
        assert_fails(capsys, "is missing (promised: {'0001': 'CONFIRMED'})")


def deleted(attacked: world.World, key: str) -> bool:
    with contextlib.suppress(redis.RedisError), groups.connect(attacked.last_seen["g1"].shards[0].primary_endpoint) as user:
        return user.delete(key) == 1
    return False


def test_a_second_primary(capsys, monkeypatch):
    """The service itself is kept from seeing it, for as long as the watcher needs."""

    def promote(attacked: world.World) -> None:
        members = attacked.look("g1").shards[0].members
        eventually(lambda: all(map(answers, members.values())), what="all members")
        with attacked.service.held():
            for endpoint in members.values():
                eventually(lambda endpoint=endpoint: promoted(attacked, endpoint), what="a primary")
            wanted = attacked.watcher.probes + 12 * len(members)
            eventually(lambda: attacked.watcher.probes >= wanted, what="probes")

    after_the_attack(monkeypatch, promote)
    assert_fails(capsys, "two writable primaries")


def answers(endpoint: dict) -> bool:
    with contextlib.suppress(redis.RedisError), groups.connect(endpoint) as node:
        return node.ping()
    return False


def promoted(attacked: world.World, endpoint: dict) -> bool:
    with contextlib.suppress(redis.RedisError), administrator(attacked.service.server, "g1", endpoint) as node:
        return node.execute_command("REPLICAOF", "NO", "ONE") == "OK"
    return False


def test_a_zone_that_stays_dark(capsys, monkeypatch):
    plain = Service.fault
    monkeypatch.setattr(world, "WHOLE_WITHIN", 3.0)
    monkeypatch.setattr(Service, "fault", lambda self, action, **what: "said" if action == "zone-up" else plain(self, action, **what))
    assert_fails(capsys, "did not come true")
