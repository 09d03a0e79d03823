"""Folding JSON bodies, and small cassettes of numbers, into a contract, beside genson: megabytes a second on one core,
and memory by the number of interactions. genson infers a schema only: no counts, no values, no endpoints.

python -m benchmarks folding
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, print_table, ratio, run_apart, scaled, side_by_side
from playhead.contract.contract import Contract
from playhead.model.cassette import Cassette, Exchange
from playhead.model.http import Request, Response
from playhead.services.comparing.folding import fold_sides
from playhead.services.comparing.sides import side_of
from playhead.store.cassettes import save

__all__ = ["main"]

SIZES = (100, scaled(1_000, 200), scaled(10_000, 300))
PROFILED = 10_000
"""More than so many would take long under a profiler of memory."""

RECORDS = 40
CASSETTES = scaled(500, 20)
MEGABYTE = 1e6
HEADERS = (("content-type", "application/json"),)


def _record(dice: random.Random) -> dict[str, object]:
    return {
        "id": dice.randrange(10**6),
        "name": dice.choice(["Ada Lovelace", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov"]),
        "email": f"user{dice.randrange(10**4)}@example.org",
        "balance": round(dice.random() * 100, 2),
        "active": dice.random() < 0.9,
        "tags": dice.sample(["a", "b", "c", "d"], dice.randrange(4)),
        "address": {"street": "1 Main Street", "city": "London", "country": dice.choice(["gb", "us", None])},
        "bio": "Wrote the first program, and a note on what machines will do one day. " * dice.randrange(1, 4),
    }


def _bodies() -> list[bytes]:
    dice = random.Random(7)
    return [json.dumps({"data": [_record(dice) for _ in range(RECORDS)], "next": None}).encode() for _ in range(20)]


def _exchanges(size: int, bodies: list[bytes]) -> Iterator[Exchange]:
    for number in range(size):
        response = Response(200, "OK", headers=HEADERS, body=bodies[number % len(bodies)])
        yield Exchange(number + 1, Request("GET", f"http://api.test/users?page={number}"), response)


def _fold(size: int, bodies: list[bytes]) -> float:
    contract, started = Contract(), time.process_time()
    for exchange in _exchanges(size, bodies):
        contract.add(exchange)
    return time.process_time() - started


def _peak_mib(size: int) -> float:
    """Return the peak of a process of its own that folds this many, and has nothing else to remember."""
    return float(run_apart(sys.executable, "-m", "benchmarks.folding", str(size)).printed)


def _traced_peak_mib(size: int) -> float:
    bodies = _bodies()
    tracemalloc.start()
    _fold(size, bodies)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def _genson(size: int, bodies: list[bytes]) -> float:
    from genson import SchemaBuilder

    builder, started = SchemaBuilder(), time.process_time()
    for number in range(size):
        builder.add_object(json.loads(bodies[number % len(bodies)]))
    return time.process_time() - started


def _speeds(size: int, bodies: list[bytes]) -> list[str]:
    """The median speed of each, in turns."""
    volume = sum(len(bodies[number % len(bodies)]) for number in range(size))
    runs = [[run(size, bodies) for run in (_fold, _genson)] for _ in range(5)]
    return [f"{volume / MEGABYTE / statistics.median(times):.1f} MB/s" for times in zip(*runs, strict=True)]


def _save_numbers(folder: Path) -> None:
    """Save small cassettes with bodies of numbers."""
    dice = random.Random(3)
    for number in range(CASSETTES):
        exchanges = []
        for position in range(dice.randrange(1, 13)):
            rows = [{"at": dice.randrange(10**9), "values": [dice.random() for _ in range(24)]} for _ in range(2)]
            response = Response(200, "OK", headers=HEADERS, body=json.dumps({"data": rows}).encode())
            exchanges.append(Exchange(position + 1, Request("GET", f"http://api.test/series?page={number}"), response))
        save(Cassette(tuple(exchanges)), folder / f"test_{number}.json")


def _fold_files(folder: Path) -> None:
    with side_of(folder) as side:
        fold_sides([side])


def _genson_files(folder: Path) -> None:
    from genson import SchemaBuilder

    builder = SchemaBuilder()
    for path in sorted(folder.iterdir()):
        for interaction in json.loads(path.read_bytes())["interactions"]:
            builder.add_object(interaction["response"]["body"]["json"])


def _print_small_files() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _save_numbers(folder)
        volume = sum(path.stat().st_size for path in folder.iterdir())
        contenders = {"playhead": lambda: _fold_files(folder), "genson": lambda: _genson_files(folder)}
        times = side_by_side(contenders, 5, clock=time.process_time)
    speeds = [f"{volume / MEGABYTE / seconds:.1f} MB/s" for seconds in times.values()]
    row = (f"{CASSETTES:,}", f"{volume / MEGABYTE:.1f} MB", *speeds, ratio(times["playhead"], times["genson"]))
    head = ("cassettes", "files", "playhead", "genson", "playhead's time beside genson's")
    print_table("Folding many small cassettes of numbers, in one process", head, [row])


def main() -> None:
    """Print the tables."""
    _print_small_files()
    bodies = _bodies()
    print_table("Folding a contract", ("interactions", "playhead", "genson"), [("500", *_speeds(500, bodies))])
    rows: list[Row] = []
    for size in SIZES:
        volume = sum(len(bodies[number % len(bodies)]) for number in range(size))
        seconds, peak = _fold(size, bodies), _peak_mib(size) if size <= PROFILED else None
        shown = f"{peak:.2f} MiB" if peak is not None else "-"
        rows.append((f"{size:,}", f"{volume / MEGABYTE:.0f} MB", f"{volume / MEGABYTE / seconds:.0f} MB/s", shown))
    print_table("Folding many", ("interactions", "bodies", "speed", "memory at its peak"), rows)


if __name__ == "__main__":
    print(_traced_peak_mib(int(sys.argv[1])))
