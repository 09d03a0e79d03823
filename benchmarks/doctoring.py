"""`playhead doctor` on a suite of vcrpy's YAML: seconds with and without the search for secrets, and memory.

PyYAML's own C loader, in as many processes, is the bound: nothing that reads YAML through it is faster.

python -m benchmarks doctoring
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from benchmarks.measure import print_table, run_apart, scaled

__all__ = ["main"]

FILES = scaled(1_500, 12)
MODULES = 30
EXCHANGES = 10
ANSWER_BYTES = 8_700
"""The 1,500 files have 150 MB."""

YAML_ALONE = """
import sys, yaml
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

def read(path):
    return len(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)["interactions"])

if __name__ == "__main__":
    with ProcessPoolExecutor(2, get_context("fork")) as pool:
        print(sum(pool.map(read, sorted(Path(sys.argv[1]).rglob("*.yaml")), chunksize=8)))
"""


def _item(dice: random.Random) -> dict[str, object]:
    return {
        "id": str(UUID(int=dice.getrandbits(128), version=4)),
        "name": dice.choice(["Ada Lovelace", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov"]),
        "created_at": f"2026-0{dice.randrange(1, 9)}-1{dice.randrange(9)}T10:00:00Z",
        "tags": dice.sample(["a", "b", "c", "d"], dice.randrange(4)),
        "text": "What machines will do one day was written in a note on the first of them. " * dice.randrange(1, 6),
    }


def _exchanges(dice: random.Random) -> Iterator[dict[str, object]]:
    for number in range(EXCHANGES):
        items: list[dict[str, object]] = []
        while len(json.dumps(items)) < ANSWER_BYTES:
            items.append(_item(dice))
        headers = {"Accept": ["*/*"], "Authorization": ["REDACTED"], "User-Agent": ["python-httpx/0.28.1"]}
        yield {
            "request": {
                "method": "GET",
                "uri": f"https://api.test/items?page={number}",
                "headers": headers,
                "body": "",
            },
            "response": {
                "status": {"code": 200, "message": "OK"},
                "headers": {"Content-Type": ["application/json"], "Date": ["Tue, 01 Dec 2026 10:00:00 GMT"]},
                "body": {"string": json.dumps(items)},
            },
        }


def _suite(folder: Path) -> float:
    """Write tests and cassettes, and return their size in MB."""
    import yaml

    dice = random.Random(7)
    size = 0
    for number in range(FILES):
        module = f"test_{number % MODULES}"
        path = folder / "cassettes" / module / f"test_get[{number}].yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{module}.py").write_text("import pytest\n\n@pytest.mark.vcr\ndef test_get(): ...\n")
        document = {"interactions": list(_exchanges(dice)), "version": 1}
        size += path.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper))
    return size / 1e6


def main() -> None:
    """Write a suite, examine it, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        size = _suite(Path(name))
        loader = Path(name, "loading")
        loader.write_text(YAML_ALONE)
        command = (sys.executable, "-m", "playhead", "doctor", name)
        runs = {
            "PyYAML alone": (sys.executable, str(loader), name),
            "doctor --no-secrets": (*command, "--no-secrets"),
            "doctor": command,
        }
        used = {each: run_apart(*arguments) for each, arguments in runs.items()}
    title = f"{FILES:,} cassettes of vcrpy, {size:.0f} MB"
    rows = [(each, f"{one.seconds:.1f}", f"{one.cpu_seconds:.1f}", f"{one.mib:.0f}") for each, one in used.items()]
    print_table(title, ("", "seconds", "of processors", "MiB, largest process"), rows)
