"""Takes the examples out of a page of the documentation, and runs them as a reader would.

- ```` ```python title="test_x.py" ```` (or any other language with a title) is a file in the reader's folder;
- ```` ```python ```` is run where it stands, with `await` at the top level; blocks in a row share their names;
- ```` ```console ```` has commands after `$ `, and below each what it prints. The lines must come in this order; `...`
  stands for anything, a duration for any duration, `(exit code 1)` in a line of its own for that exit code. Installing
  and serving are the reader's part: the test has done both. On an `exact` page nothing else may be printed, but for
  what a line of `...` alone stands for.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DATABASE", "SHOP", "Block", "Reader", "blocks_of"]

FENCE = re.compile(r"^```(?P<language>\w+)(?P<attributes>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r'title="([^"]+)"')
READERS_PART = ("pip install", "uvicorn ", "git clone", "cd ")
EXIT = re.compile(r"^\(exit code (\d)\)$", re.MULTILINE)
DURATION = re.compile(r"\b\d+\.\d+ ?m?s\b")
SHOP = "127.0.0.1:8000"
DATABASE = "postgresql://app@127.0.0.1:5432/app"
"""Addresses in examples. The reader has others."""

PLUGINS = "-p playhead -p asyncio -p xdist"
"""A reader does not have the plugins that this project happens to have besides."""

IN_CI = ("CI", "BUILD_NUMBER")
"""If one of these is set, pytest cuts no line of its short summary. A reader has neither."""

RUNNER = """
import ast, asyncio, inspect, sys
names = {"__name__": "__main__"}
for path in sys.argv[1:]:
    with open(path) as file:
        code = compile(file.read(), path, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    result = eval(code, names)
    if inspect.iscoroutine(result):
        asyncio.run(result)
"""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its title if it is a file, its text."""

    language: str
    title: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order. Indented ones (in lists and tabs) are not for running."""
    found = []
    for match in FENCE.finditer(page.read_text()):
        title = TITLE.search(match["attributes"])
        found.append(Block(match["language"], title[1] if title else "", match["text"]))
    return found


class Reader:
    """Somebody who follows a page in a folder of their own. `addresses` are what stands there for those in examples;
    on an `exact` page all that is printed has to be there."""

    def __init__(self, folder: Path, addresses: Mapping[str, str], *, exact: bool = False) -> None:
        self._folder = folder
        self._addresses = addresses
        self._exact = exact
        self._waiting: list[Path] = []
        self._scripts = 0

    def follow(self, blocks: list[Block]) -> None:
        """Do what the blocks say, one after the other. Raises `AssertionError` where something else happens."""
        for block in blocks:
            if block.title:
                self._write(block)
            elif block.language == "python":
                self._keep(block)
            elif block.language == "console":
                self._run_scripts()
                self._type(block)
        self._run_scripts()

    def _write(self, block: Block) -> None:
        self._run_scripts()
        path = self._folder / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._here(block.text))

    def _keep(self, block: Block) -> None:
        self._scripts += 1
        path = self._folder / f".block-{self._scripts}.py"
        path.write_text(self._here(block.text))
        self._waiting.append(path)

    def _run_scripts(self) -> None:
        if self._waiting:
            printed, code = self._run([sys.executable, "-c", RUNNER, *map(str, self._waiting)])
            assert code == 0, printed
            self._waiting = []

    def _type(self, block: Block) -> None:
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            command, _, expected = part.partition("\n")
            if not command.startswith(READERS_PART):
                printed, code = self._run(["bash", "-c", self._here(command)])
                exits = EXIT.search(expected)
                assert code == int(exits[1] if exits else 0), f"$ {command}\nexited {code}:\n{printed}"
                compare = _compare_exactly if self._exact else _compare
                compare(command, self._here(EXIT.sub("", expected)), printed)

    def _run(self, command: list[str]) -> tuple[str, int]:
        done = subprocess.run(
            command,
            cwd=self._folder,
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.stdout, done.returncode

    def _here(self, text: str) -> str:
        for told, real in self._addresses.items():
            text = text.replace(told, real)
        return text


def _environment() -> dict[str, str]:
    programs = str(Path(sys.executable).parent)
    ours = ("PYTEST_", "PLAYHEAD_", "COV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours) and name not in IN_CI}
    kept |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": PLUGINS, "PYTHONDONTWRITEBYTECODE": "1"}
    return kept | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80", "NO_COLOR": "1"}


def _compare(command: str, expected: str, printed: str) -> None:
    lines = map(_in_words, printed.splitlines())
    for wanted in filter(None, map(_in_words, expected.splitlines())):
        pattern = re.compile(".*".join(map(re.escape, wanted.split("..."))))
        if not any(map(pattern.fullmatch, lines)):
            raise AssertionError(f"$ {command}\ndid not print (in this place)\n{wanted}\nbut\n{printed}")


def _compare_exactly(command: str, expected: str, printed: str) -> None:
    wanted = [
        "(?:.*\\n)*" if line == "..." else ".*".join(map(re.escape, line.split("..."))) + "\\n"
        for line in filter(None, map(_in_words, expected.splitlines()))
    ]
    lines = "".join(f"{line}\n" for line in filter(None, map(_in_words, printed.splitlines())))
    assert re.fullmatch("".join(wanted), lines), f"$ {command}\nprinted\n{printed}\nand not\n{expected}"


def _in_words(line: str) -> str:
    """A line without what is only layout, and without durations, which are never twice the same."""
    return DURATION.sub("0 s", " ".join(line.split()))
