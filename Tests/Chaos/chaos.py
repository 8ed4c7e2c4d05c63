"""Tries to break the service: random operations and faults under load, and a fault at every named step.

Run by scripts/chaos.sh, which says what the options mean.
"""

import argparse
import random
import signal
import sys
import time
from typing import NoReturn

import contract  # noqa: F401, I001  The modules below import those that it puts on the path.

from report import Report
from rounds import Abilities, WorldRun
from schedule import Deed
from service import failpoints, served, told
from steps import run_steps

SHARE_OF_STEPS = 0.4
"""Of the time, for faults at named steps."""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--length", type=float, default=180.0, help="seconds, about: what has begun is finished")
    parser.add_argument("--seed", type=int, help="repeats a run; a random one if missing")
    parser.add_argument("--world", type=int, help="runs this world of the seed alone")
    parser.add_argument("--steps", default="", help="`all` for a fault at every step in every way, `none`, or a part of a case's name")
    parser.add_argument("--partial", action="store_true", help="leave out what the binary lacks instead of failing")
    parser.add_argument("--verbose", action="store_true", help="print what is done when it is done")
    return parser.parse_args()


def lacks(operations: set[str], steps: list[str]) -> list[str]:
    missing = sorted({deed.value for deed in Deed if deed.is_operation} - operations)
    return [f"operation {name}" for name in missing] + ([] if steps else ["named steps (elastane failpoints)"])


def ended(*_: object) -> NoReturn:
    """SIGTERM unwinds like Ctrl-C, so that nothing is left running."""
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, ended)
    chosen = options()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"chaos: seed {seed}, {chosen.length:.0f} s", flush=True)
    operations, steps = served(), failpoints()
    report = Report(chosen.verbose)
    for missing in lacks(operations, steps):
        print(f"The binary has no {missing}{': left out' if chosen.partial else ''}", flush=True)
    if lacks(operations, steps) and not chosen.partial:
        print("PARTIAL=1 leaves out what is missing.", file=sys.stderr)
        return 2
    abilities = Abilities(operations, durability="--durability" in (told("serve", "--help") or ""))

    begun = time.monotonic()
    good = True
    if steps and chosen.world is None and chosen.steps != "none":
        until = None if chosen.steps and chosen.steps != "sample" else begun + chosen.length * SHARE_OF_STEPS
        good = run_steps(seed, chosen.steps, steps, operations, report, until)
    if chosen.world is not None:
        good &= WorldRun(seed, chosen.world, report, abilities).run(float("inf"))
    elif good and chosen.steps in ("", "none"):
        until, number = begun + chosen.length, 0
        while good and time.monotonic() < until:
            number += 1
            good = WorldRun(seed, number, report, abilities).run(until)
    print(f"\nchaos: seed {seed}, {time.monotonic() - begun:.0f} s\n{report.summary()}\n{'all held' if good else 'FAILED'}", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
