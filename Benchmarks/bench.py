"""Runs the measurements, prints a table and writes bench-results.json. Called by scripts/bench.sh."""

import argparse
import datetime
import json
import os
import platform
import signal
import subprocess
import sys
from pathlib import Path

import access
import idle
import measure
import rto
import servers

RESULTS = servers.ROOT / "bench-results.json"


def machine() -> dict:
    processor = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")),
        platform.processor(),
    )
    version = subprocess.run([measure.engine(), "--version"], capture_output=True, text=True, timeout=10).stdout.strip()
    return {
        "cores": os.cpu_count(),
        "processor": processor,
        "kernel": platform.release(),
        "engine": version,
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }


def number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value < 1 else f"{value:.2f}"


def factor(figure: measure.Figure) -> str:
    """How many times better ours is; for a rate more is better, else less."""
    if figure.ratio is None:
        return "-"
    return f"{1 / figure.ratio if figure.unit == 'req/s' else figure.ratio:.2f}x"


def table(figures: list[measure.Figure]) -> str:
    rows = [("measurement", "unit", "ours", "aim", "peer", "ours is better by", "peer is")]
    for figure in figures:
        rows.append((figure.name, figure.unit, number(figure.ours), figure.aim, number(figure.peer), factor(figure), figure.peer_name))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few rounds and few peers, for a look")
    parser.add_argument("--only", default="creation,cluster,describe,access,cold-start,rto,idle", help="which measurements, comma-separated")
    options = parser.parse_args()
    wanted = set(options.only.split(","))
    rounds, seconds = (2, 2) if options.quick else (7, 5)

    # Ended from outside: whatever was started is ended on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if not servers.has_moto() and wanted & {"cold-start", "describe"}:
        print("!!! The peer moto is not installed: its figures are MISSING from this run.", flush=True)
    figures: list[measure.Figure] = []
    if "creation" in wanted:
        figures += measure.creation(rounds)
    if "cluster" in wanted:
        figures += measure.cluster(max(2, rounds // 2))
    if "cold-start" in wanted:
        figures += measure.cold_start(rounds)
    if "describe" in wanted:
        figures += measure.describe(max(1, rounds // 3), seconds)
    if "access" in wanted:
        figures += access.access(max(1, rounds // 2), seconds)
    if "rto" in wanted:
        figures += rto.rto(quick=options.quick)
    if "idle" in wanted:
        figures += idle.idle(with_peer=not options.quick)

    print(f"\n{table(figures)}\n")
    told = {"machine": machine(), "peer_moto": servers.has_moto(), "figures": [figure.as_json() for figure in figures]}
    RESULTS.write_text(json.dumps(told, indent=2) + "\n")
    print(f"wrote {RESULTS.name}; medians of alternating rounds on {told['machine']['cores']} cores that the load shares")


if __name__ == "__main__":
    main()
