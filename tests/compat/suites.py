"""Runs vcrpy's and pytest-recording's own suites on `playhead.compat`: `python tests/compat/suites.py vcrpy [PATH...]`.

Their sources are fetched by pip into a temporary folder, and are run there. Every test that fails is listed with the
reason that is known for it; the exit code is 1 if any fails for another reason. The environment needs what the suites
need: pytest-httpbin, pytest-asyncio, pytest-aiohttp, pytest-mock, requests, urllib3, boto3, httplib2, tornado, aiohttp,
httpx, httpx2, and pytest-recording itself for its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent

PROMISE = "a promise of ours wins"
INTERNAL = "about the other project's internals"
NAMED = "bad input is named"
NETWORK = "needs the internet"


@dataclass(frozen=True)
class Suite:
    """A suite: its distribution, the plugin that puts us in place, and why some of its tests fail."""

    distribution: str
    options: tuple[str, ...]
    known: dict[str, tuple[str, str]]
    """Part of a test's id, the kind of reason, and the reason."""


SUITES = {
    "vcrpy": Suite(
        "vcrpy==9.4.2",
        ("-p", "standing_in", "-m", "not online"),
        {
            "test_cassette_load_invalid_encoding": (
                PROMISE,
                "a corrupt file is `CassetteCorrupt`, and not taken for an empty cassette",
            ),
            "test_proxy.py::test_use": (
                NAMED,
                "`mode=` is not an option of vcrpy, which ignores it; it is refused by name",
            ),
            "test_find_requests_with_most_matches_": (
                INTERNAL,
                "replaces `vcr.cassette.get_matchers_results`, which is called in vcrpy's own module",
            ),
            "test_post_chunked_binary": (NETWORK, "fails with vcrpy itself now and then: the server closes first"),
        },
    ),
    "pytest-recording": Suite(
        "pytest-recording==0.14.1",
        ("-p", "standing_in_recording", "-p", "playhead.compat.pytest_recording"),
        {
            "test_help_message": (INTERNAL, "the help has another heading"),
            "test_pytest_vcr_incompatibility": (INTERNAL, "the words of its own internal error"),
            "test_repeated_cassettes": (INTERNAL, "replaces `pytest_recording._vcr.load_cassette`"),
            "test_socketpair_exemption_does_not_leak": (
                INTERNAL,
                "replaces `pytest_recording.network._original_socketpair`",
            ),
            "test_pycurl_setattr": (INTERNAL, "asks for the attribute `handle` of its own stand-in"),
            "test_block_network_with_allowed_hosts": (NETWORK, "asks a name server for example.com"),
        },
    ),
}


def main(name: str, paths: list[str]) -> int:
    """Run a suite, print what came of it, and return 1 if a test failed for no known reason."""
    suite = SUITES[name]
    with tempfile.TemporaryDirectory() as folder:
        root = _fetched(suite.distribution, Path(folder))
        said = _run(suite, root, paths or ["tests"])
    print(said[-2000:])
    failed = re.findall(r"^(?:FAILED|ERROR) (tests/\S+)", said, re.MULTILINE)
    kinds: Counter[str] = Counter()
    for test in failed:
        kind, reason = next((why for part, why in suite.known.items() if part in test), ("unknown", "no known reason"))
        kinds[kind] += 1
        print(f"{kind}: {test}\n    {reason}")
    passed = int(re.findall(r"(\d+) passed", said)[-1:][0]) if " passed" in said else 0
    counted = passed + kinds["unknown"]
    print(f"\n{name}: {passed} passed, {len(failed)} failed; {dict(kinds)}")
    if counted:
        print(f"of the tests about behaviour {100 * passed / counted:.1f} % passed")
    return 1 if kinds["unknown"] or not passed else 0


def _fetched(distribution: str, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-binary", ":all:", "--no-deps", distribution]
    subprocess.run([*command, "-d", str(folder)], check=True)
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    root = next(each for each in folder.iterdir() if each.is_dir())
    shutil.rmtree(root / "vcr", ignore_errors=True)  # the installed one is tested
    (root / ".editorconfig").write_text("root = true\n")  # a test uploads this file, which the archive lacks
    (root / "tox.ini").touch()
    return root


def _run(suite: Suite, root: Path, paths: list[str]) -> str:
    certificates = subprocess.run(
        [sys.executable, "-m", "pytest_httpbin.certs"], capture_output=True, text=True, check=True
    ).stdout.strip()
    source = HERE.parents[1] / "src"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(HERE), str(source)]),
        "REQUESTS_CA_BUNDLE": certificates,
    }
    off = ["-p", "no:randomly", "-p", "no:cacheprovider", "-o", "addopts="]
    if suite.distribution.startswith("vcrpy"):
        off += ["-p", "no:recording"]
    command = [sys.executable, "-m", "pytest", "-q", "--tb=line", *off, *suite.options, *paths]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in SUITES:
        sys.exit(f"usage: python {sys.argv[0]} {{{','.join(SUITES)}}} [PATH...]")
    sys.exit(main(sys.argv[1], sys.argv[2:]))
