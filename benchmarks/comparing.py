"""`playhead diff` of two suites of 1,500 cassettes and 150 MB each: seconds by the number of processes, and memory; and
a million interactions in one process.

python -m benchmarks comparing
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Row, print_table, run_apart, scaled
from playhead.contract.contract import Contract
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.store.cassettes import save

__all__ = ["main"]

CASSETTES = scaled(1_500, 6)
INTERACTIONS = 8
RECORDS = 31
MANY = scaled(1_000_000, 1_000)
JSON = (("content-type", "application/json"),)


def _record(dice: random.Random, version: int) -> dict[str, object]:
    record: dict[str, object] = {
        "id": dice.randrange(10**6),
        "name": dice.choice(["Ada Lovelace", "Grace Hopper", "Edsger Dijkstra"]),
        "email": f"user{dice.randrange(10**4)}@example.org",
        "balance": round(dice.random() * 100, 2),
        "tags": dice.sample(["a", "b", "c", "d"], dice.randrange(4)),
        "address": {"street": "1 Main Street", "city": "London", "country": dice.choice(["gb", "us", None])},
        "bio": "Wrote the first program, and a note on what machines will do. " * dice.randrange(1, 3),
    }
    return record if version == 1 else {**record, "email": None, "created": "2026-11-25T05:00:00Z"}


def _suite(folder: Path, version: int) -> int:
    dice = random.Random(version)
    for number in range(CASSETTES):
        exchanges = []
        for position in range(INTERACTIONS):
            body = json.dumps({"data": [_record(dice, version) for _ in range(RECORDS)], "next": None}).encode()
            url = f"https://api.test/v1/{('users', 'teams', 'orders')[number % 3]}/{position}/items?page={number}"
            exchanges.append(Exchange(position + 1, Request("GET", url), Response(200, headers=JSON, body=body)))
        save(Cassette(tuple(exchanges)), folder / f"test_{number}.{'json' if number % 2 else 'msgpack'}")
    return sum(path.stat().st_size for path in folder.iterdir())


def _diff(old: Path, new: Path, jobs: int) -> tuple[float, float, float]:
    """Seconds on the clock, of all processors together, and MiB of the largest process."""
    options = ("--jobs", str(jobs), "--fail-on", "never", "-o", str(old.parent / "report.txt"))
    used = run_apart(sys.executable, "-m", "playhead", "diff", str(old), str(new), *options)
    return used.seconds, used.cpu_seconds, used.mib


def fold_many(count: int) -> None:
    """Fold so many interactions, in this process."""
    bodies = [json.dumps({"id": number, "name": f"user {number}", "tags": ["a"]}).encode() for number in range(50)]
    contract = Contract()
    for number in range(count):
        request = Request("GET", f"https://api.test/users/{number}?page={number % 7}")
        contract.add(Exchange(number + 1, request, Response(200, headers=JSON, body=bodies[number % 50])))


def _many() -> Row:
    """Seconds, and MiB of a process that folds a hundredth and of one that folds them all."""
    code = "from benchmarks.comparing import fold_many; fold_many({})"
    early, late = (run_apart(sys.executable, "-c", code.format(count)) for count in (MANY // 100, MANY))
    return f"{MANY:,}", f"{late.seconds:.0f}", f"{early.mib:.0f}", f"{late.mib:.0f}"


def main() -> None:
    """Print the tables."""
    head = ("interactions", "seconds", "MiB for 1 % of them", "MiB at the peak")
    print_table("Folding a million interactions", head, [_many()])
    with tempfile.TemporaryDirectory() as folder:
        sides = Path(folder, "old"), Path(folder, "new")
        sizes = [_suite(side, version) for version, side in enumerate(sides, 1)]
        volume = " and ".join(f"{size / 1e6:.0f} MB" for size in sizes)
        rows = [(str(jobs), *(f"{value:.1f}" for value in _diff(*sides, jobs))) for jobs in (1, 2)]
    print_table(
        f"Two suites of {CASSETTES:,} cassettes ({volume})",
        ("jobs", "seconds", "processor seconds", "MiB of the largest process"),
        rows,
    )
