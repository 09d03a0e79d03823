"""Cassettes as they are in a git revision, such as `main:cassettes`: written to a folder of their own, and read there.

Git is asked for the very bytes of the commit: attributes and filters of the work tree do not touch them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from playhead.errors import UsageError

__all__ = ["Checkout", "NothingThere", "names_revision", "path_in"]

_FILES = (b"100644", b"100755")


class NothingThere(UsageError):
    """There are no cassettes at a path, here or in a revision; `side` is how it was written."""

    def __init__(self, side: str, message: str) -> None:
        super().__init__(message)
        self.side = side


def path_in(text: str) -> str:
    """Return the path of one side, whichever revision it is in."""
    return os.path.normpath(text.partition(":")[2] if names_revision(text) else text)


def names_revision(text: str) -> bool:
    """Return True for `REVISION:PATH`, if there is no file of that name."""
    revision, colon, path = text.partition(":")
    return bool(colon and revision and path) and not Path(text).exists()


class Checkout:
    """The files below one path of one revision, until it is closed.

    Raises `UsageError` if there is no such revision or path.
    """

    def __init__(self, spec: str) -> None:
        self.spec = spec
        revision, _, path = spec.partition(":")
        if not _succeeds("rev-parse", "--git-dir"):
            raise UsageError(f"{spec} names a git revision, and this is not a git repository: give a path.")
        if revision == "HEAD" and not _succeeds("rev-parse", "--verify", "--quiet", "HEAD"):
            raise NothingThere(spec, "There is no commit in this repository yet: commit first.")
        if revision.startswith("-") or not _succeeds("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"):
            raise UsageError(f"There is no revision {revision} in this repository: `git log` shows those there are.")
        self._folder = TemporaryDirectory(prefix="playhead-")
        try:
            self.path = self._write(revision, path.rstrip("/"))
        except BaseException:
            self._folder.cleanup()
            raise

    def close(self) -> None:
        """Remove the files."""
        self._folder.cleanup()

    def as_named(self, text: str) -> str:
        """Return the text with the revision in place of the folder."""
        return text.replace(str(self.path), self.spec)

    def _write(self, revision: str, path: str) -> Path:
        inside = _from_top(path)
        rows = list(_listed(revision, inside))
        if not rows:
            message = f"There is nothing at {path} in {revision}: `git ls-tree {revision}` shows what there is."
            raise NothingThere(self.spec, message)
        is_file = len(rows) == 1 and rows[0][1] == inside
        # Large bodies lie beside their cassette, also beside a single one.
        beside = list(_listed(revision, str(PurePosixPath(inside).parent / "bodies"))) if is_file else []
        top = PurePosixPath(inside).parent if is_file else PurePosixPath(inside)
        folder = Path(self._folder.name, top.name or "cassettes")
        folder.mkdir()
        for target, data in _contents([(name, digest) for digest, name in (*rows, *beside)], top):
            file = folder / target
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return folder / PurePosixPath(inside).name if is_file else folder


def _from_top(path: str) -> str:
    """Return a path from the top of the repository; one that starts with a dot is from here, as in git."""
    prefix = _git("rev-parse", "--show-prefix").decode().strip() if path.startswith(".") else ""
    return os.path.normpath(f"{prefix}{path}").replace(os.sep, "/")


def _listed(revision: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield the regular files at or below a path: digest and name of each."""
    paths = [] if path == "." else ["--", path]
    for row in _git("ls-tree", "-r", "-z", "--full-tree", revision, *paths).split(b"\0"):
        meta, _, name = row.partition(b"\t")
        if meta.startswith(_FILES):
            yield meta.split()[2].decode(), os.fsdecode(name)


def _contents(files: list[tuple[str, str]], top: PurePosixPath) -> Iterator[tuple[str, bytes]]:
    command = ["git", "cat-file", "--batch"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as git:
        assert git.stdin is not None
        assert git.stdout is not None
        for name, digest in files:
            git.stdin.write(f"{digest}\n".encode())
            git.stdin.flush()
            yield str(PurePosixPath(name).relative_to(top)), _object(git.stdout)
        git.stdin.close()


def _object(answers: IO[bytes]) -> bytes:
    size = int(answers.readline().split()[2])
    data = answers.read(size + 1)
    return data[:-1]


def _succeeds(*arguments: str) -> bool:
    return _run(*arguments).returncode == 0


def _git(*arguments: str) -> bytes:
    done = _run(*arguments)
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise UsageError(f"`git {' '.join(arguments)}` failed: {reason}.")
    return done.stdout


def _run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *arguments], capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"git cannot be run ({error.strerror}): give paths in place of revisions.") from error
