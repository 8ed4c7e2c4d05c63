"""How each action of a schedule is done to a world."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable

from groupview import Shard
from report import Failure
from schedule import Action, Deed, Layout, Outage, Round
from world import World

JOIN_WITHIN = 150.0

Places = dict[str, dict[str, dict[str, str]]]
"""The zone of every member, by group and shard."""


class Attack:
    """Carries out one round's actions, each at its time and in a thread of its own."""

    def __init__(self, world: World):
        self._world = world
        self._service = world.service
        self._report = world.report
        self._failures: list[BaseException] = []
        self._serve_lane = threading.Lock()
        self._being_made_anew: set[str] = set()
        self._dark: set[str] = set()
        self.outages: list[Outage] = []
        """What the zones that went down took with them."""
        self.accepted: list[tuple[Action, str]] = []
        """Operations that were answered well, with the member that they named."""

    def run(self, actions: list[Action]) -> None:
        begun = time.monotonic()
        end = threading.Event()
        follower = threading.Thread(target=self._follow, args=(end,), daemon=True)
        follower.start()
        threads = []
        for action in actions:
            time.sleep(max(0.0, begun + action.at - time.monotonic()))
            threads.append(threading.Thread(target=self._do, args=(action,), name=str(action), daemon=True))
            threads[-1].start()
        deadline = time.monotonic() + JOIN_WITHIN
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        end.set()
        follower.join(40)
        self._service.release()
        if self._failures:
            raise self._failures[0]
        slow = [thread.name for thread in threads if thread.is_alive()]
        if slow:
            raise Failure(f"not done within {JOIN_WITHIN} s: {slow}")
        self._service.ensure_running()
        if any(action.deed is Deed.ZONE_DOWN for action in actions):
            # A member that was to join in a dark zone is given up.
            self._world.replicas.clear()

    def _follow(self, end: threading.Event) -> None:
        """Members come and go during a round: the watcher must know them."""
        while not end.wait(0.4):
            for group in list(self._world.last_seen):
                with contextlib.suppress(KeyError, Failure):
                    self._world.look(group)

    def _do(self, action: Action) -> None:
        try:
            said = DEEDS[action.deed](self, action)
            self._report.note(f"{action}: {said}")
            self._report.count(f"{'operation' if action.deed.is_operation else 'fault'} {action.deed.value}")
        except Exception as error:  # Told by the thread that waits for this one.
            self._report.note(f"{action}: {type(error).__name__}: {error}")
            self._failures.append(error)

    # Whom it is done to

    def _shard(self, action: Action) -> Shard | None:
        group = self._world.last_seen.get(action.group)
        return next((shard for shard in group.shards if shard.id == action.shard), None) if group else None

    def _member(self, action: Action) -> str | None:
        shard = self._shard(action)
        if shard is None:
            return None
        primary = self._world.watcher.primary(action.group, shard.id) or shard.primary or min(shard.members)
        if action.role != "replica":
            return primary
        replicas = sorted(set(shard.members) - {primary})
        return replicas[int(action.pick * len(replicas))] if replicas else None

    def _hit(self, members: list[str], how: signal.Signals) -> str:
        """All are found before the first is hit, so that they are hit together."""
        found = {member: self._service.engine_of(member) for member in members}
        done = [member for member, process in found.items() if process is not None and self._service.hit(process, how)]
        self._report.count("engines killed" if how is signal.SIGKILL else "engines paused", len(done))
        return f"{how.name} to {', '.join(done) or 'nobody: not running'}"

    # Operations

    def _ask(self, action: Action, operation: str, member: str = "", **parameters) -> str:
        said = self._service.ask(operation, **parameters)
        self._report.count("requests accepted" if said == "ok" else "requests refused or unanswered")
        if said == "ok":
            self.accepted.append((action, member))
        return f"{member} {said}".strip()

    def test_failover(self, action: Action) -> str:
        return self._ask(action, "test_failover", ReplicationGroupId=action.group, NodeGroupId=action.shard)

    def switch_over(self, action: Action) -> str:
        shard = self._shard(action)
        replicas = sorted(set(shard.members) - {shard.primary}) if shard else []
        if not replicas:
            return "no replica"
        member = replicas[int(action.pick * len(replicas))]
        return self._ask(
            action, "modify_replication_group", member, ReplicationGroupId=action.group, PrimaryClusterId=member, ApplyImmediately=True
        )

    def add_replica(self, action: Action) -> str:
        return self._scale(action, "increase_replica_count", +1)

    def remove_replica(self, action: Action) -> str:
        return self._scale(action, "decrease_replica_count", -1)

    def _scale(self, action: Action, operation: str, by: int) -> str:
        group = self._world.last_seen.get(action.group)
        if group is None:
            return "no such group now"
        replicas = len(group.shards[0].members) - 1 + by
        least = 1  # With automatic failover the API asks for one; without a replica a kill could only lose.
        if not least <= replicas <= 3:
            return f"would have {replicas} replicas"
        said = self._ask(action, operation, ReplicationGroupId=action.group, NewReplicaCount=replicas, ApplyImmediately=True)
        if said == "ok":
            self._world.replicas[action.group] = replicas
        elif said == "unanswered":
            self._world.replicas.pop(action.group, None)
        return f"to {replicas} replicas: {said}"

    def reboot(self, action: Action) -> str:
        member = self._member(action)
        if member is None:
            return "no such member"
        return self._ask(action, "reboot_cache_cluster", member, CacheClusterId=member, CacheNodeIdsToReboot=["0001"])

    def make_anew(self, action: Action) -> str:
        layout = next(layout for layout in self._world.layouts if layout.id == action.group)
        if layout.id in self._being_made_anew:
            return "it was made anew in this round already"
        self._being_made_anew.add(layout.id)
        self._world.count_writes(layout.id)
        self._world.depopulate(layout.id)
        self._world.remove(layout.id)
        self._world.create(layout.request())
        self._world.await_available(layout.id)
        self._world.populate(layout.id)
        return "made anew"

    def come_and_go(self, action: Action) -> str:
        name = f"guest-{int(action.pick * 1e6)}"
        request = self._world.layouts[0].request() | {"ReplicationGroupId": name}
        self._world.create(request)
        if action.pick < 0.5:
            self._world.await_available(name)
        else:
            time.sleep(action.duration)  # Deleted at whatever stage it is.
        self._world.remove(name)
        return "came and went"

    # Faults

    def kill_engine(self, action: Action) -> str:
        member = self._member(action)
        return self._hit([member], signal.SIGKILL) if member else "no such member"

    def kill_shard(self, action: Action) -> str:
        """The service is stopped for that moment: else it could promote a replica that is about to end, too."""
        shard = self._shard(action)
        if shard is None:
            return "no such shard now"
        with self._serve_lane, self._service.held():
            return self._hit(sorted(shard.members), signal.SIGKILL)

    def kill_primaries(self, action: Action) -> str:
        group = self._world.last_seen.get(action.group)
        primaries = [self._world.watcher.primary(action.group, shard.id) for shard in group.shards] if group else []
        return self._hit([primary for primary in primaries if primary], signal.SIGKILL)

    def pause_engine(self, action: Action) -> str:
        member = self._member(action)
        process = self._service.engine_of(member) if member else None
        if process is None or not self._service.hit(process, signal.SIGSTOP):
            return "not running"
        self._report.count("engines paused")
        time.sleep(action.duration)
        lived = self._service.hit(process, signal.SIGCONT)
        return f"{member} {'went on' if lived else 'was killed meanwhile'}"

    def kill_service(self, action: Action) -> str:
        with self._serve_lane:
            self._service.restart(away=action.duration)
        self._report.count("service killed")
        return "back"

    def pause_service(self, action: Action) -> str:
        with self._serve_lane:
            self._service.pause(action.duration)
        self._report.count("service paused")
        return "goes on"

    def kill_forwarder(self, action: Action) -> str:
        process = self._service.forwarder()
        self._report.count("forwarder killed")
        return "killed" if process and self._service.hit(process, signal.SIGKILL) else "not running"

    def blackout(self, action: Action) -> str:
        member = self._member(action)
        with self._serve_lane, self._service.away():
            said = self._hit([member], signal.SIGKILL) if member else "no such member"
            time.sleep(action.duration)
        self._report.count("service killed")
        return said

    def take_down_zone(self, action: Action) -> str:
        shard, member = self._shard(action), self._member(action)
        zone = shard.zones.get(member) if shard and member else None
        if zone is None:
            return "no such member"
        if zone in self._dark:
            return f"{zone} is down already"
        self._dark.add(zone)
        try:
            before = self._places()
            said = self._service.fault("zone-down", zone=zone)
            self.outages += outages(zone, self._world.layouts, before, self._places())
            time.sleep(action.duration)
            return f"{said}; {self._service.fault('zone-up', zone=zone)}"
        finally:
            self._dark.discard(zone)

    def _places(self) -> Places:
        """The groups that there are now; one that is being made anew is missing."""
        found: Places = {}
        for group in list(self._world.last_seen):
            with contextlib.suppress(KeyError):
                found[group] = {shard.id: shard.zones for shard in self._world.look(group).shards}
        return found


DEEDS: dict[Deed, Callable[[Attack, Action], str]] = {
    Deed.TEST_FAILOVER: Attack.test_failover,
    Deed.SWITCH_OVER: Attack.switch_over,
    Deed.ADD_REPLICA: Attack.add_replica,
    Deed.REMOVE_REPLICA: Attack.remove_replica,
    Deed.REBOOT: Attack.reboot,
    Deed.MAKE_ANEW: Attack.make_anew,
    Deed.COME_AND_GO: Attack.come_and_go,
    Deed.KILL_ENGINE: Attack.kill_engine,
    Deed.KILL_SHARD: Attack.kill_shard,
    Deed.KILL_PRIMARIES: Attack.kill_primaries,
    Deed.PAUSE_ENGINE: Attack.pause_engine,
    Deed.KILL_SERVICE: Attack.kill_service,
    Deed.PAUSE_SERVICE: Attack.pause_service,
    Deed.KILL_FORWARDER: Attack.kill_forwarder,
    Deed.BLACKOUT: Attack.blackout,
    Deed.ZONE_DOWN: Attack.take_down_zone,
}


def outages(zone: str, layouts: list[Layout], before: Places, after: Places) -> list[Outage]:
    """What a zone took of each shard, from who was where just before and just after it went down."""
    found = []
    for layout in layouts:
        for shard in layout.shards:
            if layout.id not in before or layout.id not in after:
                # It is being made meanwhile, and nobody knows who of it was there already.
                found.append(Outage(layout.id, shard, members=2, elsewhere=1))
                continue
            earlier, later = before[layout.id].get(shard, {}), after[layout.id].get(shard, {})
            # Who came or went at that moment may have confirmed writes, and can't stand in for another.
            inside = {member for each in (earlier, later) for member, where in each.items() if where == zone}
            elsewhere = {member for member, where in earlier.items() if where != zone} & set(later)
            if inside:
                found.append(Outage(layout.id, shard, members=len(inside), elsewhere=len(elsewhere)))
    return found


def missed_switchover(attack: Attack, drawn: Round, world: World) -> str | None:
    """A group whose only deed was an accepted switchover has the primary that was asked for."""
    for action, _ in attack.accepted:
        if action.deed is Deed.SWITCH_OVER and list(drawn.deeds_on(action.group)) == [Deed.SWITCH_OVER]:
            last = [named for other, named in attack.accepted if other.group == action.group][-1]
            primary = world.last_seen[action.group].shards[0].primary
            if primary != last:
                return f"{action.group}: ModifyReplicationGroup was accepted for {last}, and {primary} is the primary"
    return None
