"""The errors of playhead: one root, and a leaf for each thing that can be at fault.

`str()` is one sentence: the thing, and the next step. The data is in fields; the details are notes (PEP 678) of at
most 76 columns. Nothing here redacts: what reaches an error is redacted already.
"""

from __future__ import annotations

from collections.abc import Iterable

__all__ = [
    "BodyCorrupt",
    "CassetteCorrupt",
    "CassetteMissing",
    "ContractCorrupt",
    "Exhausted",
    "FileUnreadable",
    "NetworkBlocked",
    "NoMatch",
    "NotACassette",
    "NothingCanHappen",
    "PlayheadError",
    "PlayheadWarning",
    "RecordedError",
    "RequestDrift",
    "SecretFound",
    "SpecDrift",
    "Unrecordable",
    "UnsupportedVersion",
    "UsageError",
]

NOTE_COLUMNS = 76
_INDENT = len(f"  {'':<9} ")
_SENTENCES = frozenset({"allow", "ceiling", "expired", "or", "register", "repeat"})
"""Labels of what is said in words, with an option or a call to copy among them."""


class PlayheadError(Exception):
    """The root of all errors that playhead raises on purpose."""

    def with_notes(self, rows: Iterable[tuple[str, str]]) -> PlayheadError:
        """Add a note a row, `(label, text)`; returns the error itself."""
        for label, text in rows:
            for line in note_lines(label, text):
                self.add_note(line)
        return self


class PlayheadWarning(UserWarning):
    """Something worth knowing that does not stop a run, such as request drift under `on_request_drift="warn"`."""


class UsageError(PlayheadError):
    """An option, a call or a configuration is wrong: the caller's to mend."""


class FileUnreadable(UsageError):
    """A file that was given is not what it should be: its `path`, and the `reason`.

    So is said of OpenAPI documents and of the list of accepted findings; commands exit with 3. A path at which there is
    nothing is a plain `UsageError`.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path
        self.reason = reason


class _CassetteError(PlayheadError):
    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class CassetteMissing(_CassetteError):
    """There is no cassette at `path`, and the record mode may not make one."""


class CassetteCorrupt(_CassetteError):
    """The file at `path` cannot be decoded: `place` in it (an offset or a JSON path), and the `reason`."""

    def __init__(self, path: str, reason: str, *, place: str = "") -> None:
        where = f" at {place}" if place else ""
        super().__init__(
            f"{path or 'cassette'} is not a readable cassette{where}: {reason}; "
            "restore it from version control, or delete it and record again.",
            path=path,
        )
        self.reason = reason
        self.place = place


class NotACassette(CassetteCorrupt):
    """The file at `path` is sound, and something other than a cassette: the `reason`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.args = (f"{path or 'This'} is no cassette of playhead: {reason}.",)


class BodyCorrupt(CassetteCorrupt):
    """The file at `path`, a large body beside its cassette, is not what was recorded: the `reason`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        message = (
            f"{path} is not the body file that its cassette names: {reason}; "
            "restore it from version control, or record the cassette again."
        )
        self.args = (message,)


class ContractCorrupt(CassetteCorrupt):
    """The contract at `path` is none: the `reason`."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        message = (
            f"{path} is not a readable contract: {reason}; "
            "restore it from version control, or fold the cassettes again with `playhead contract`."
        )
        self.args = (message,)


class UnsupportedVersion(_CassetteError):
    """The cassette at `path` was written by a later playhead, in format `version`."""

    def __init__(self, path: str, version: object) -> None:
        super().__init__(
            f"{path or 'cassette'} has format version {version}, and this playhead reads version 1: upgrade playhead.",
            path=path,
        )
        self.version = version


class _RequestError(PlayheadError):
    """A request that the deck refused: `method`, `url` (redacted), `cassette`, and what was `nearest`."""

    def __init__(
        self, message: str, *, method: str = "", url: str = "", cassette: str = "", nearest: int | None = None
    ) -> None:
        super().__init__(message)
        self.method = method
        self.url = url
        self.cassette = cassette
        self.nearest = nearest


class NoMatch(_RequestError):
    """The request was never recorded; `nearest` is the id of the interaction most like it."""


class Exhausted(_RequestError):
    """The request is on the cassette, but every recording of it has been played (or its body ended early)."""


class RequestDrift(_RequestError):
    """The request finds its interaction (`nearest`), but is no longer the recorded one.

    `differences` has a `(place, recorded, sent)` for every place that differs.
    """

    def __init__(
        self,
        message: str,
        *,
        differences: tuple[tuple[str, str, str], ...] = (),
        method: str = "",
        url: str = "",
        cassette: str = "",
        nearest: int | None = None,
    ) -> None:
        super().__init__(message, method=method, url=url, cassette=cassette, nearest=nearest)
        self.differences = differences


class SpecDrift(PlayheadError):
    """What was recorded of a double is no longer what its spec offers: `method`, and the `difference`."""

    def __init__(self, message: str, *, double: str = "", method: str = "", difference: str = "") -> None:
        super().__init__(message)
        self.double = double
        self.method = method
        self.difference = difference


class Unrecordable(PlayheadError):
    """A value of a call, of type `kind`, cannot be put on a cassette."""

    def __init__(self, message: str, *, double: str = "", method: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.double = double
        self.method = method
        self.kind = kind


class RecordedError(PlayheadError):
    """Stands in for a recorded exception whose class, `kind`, is not known here.

    It has the recorded `args` and attributes. `playhead.register(Class)` lets the class itself be raised.
    """

    kind = ""
    message = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


class NetworkBlocked(PlayheadError):
    """Something reached for the network (`address`) where only recordings may answer."""

    def __init__(self, message: str, *, address: str = "") -> None:
        super().__init__(message)
        self.address = address


class NothingCanHappen(PlayheadError):
    """Under a virtual clock every task waits for something that can never come.

    `waits` has a `(task, what, where)` for each of them: the task's name, what it waits for, and its line.
    """

    def __init__(self, message: str, *, waits: tuple[tuple[str, str, str], ...] = ()) -> None:
        super().__init__(message)
        self.waits = waits


class SecretFound(PlayheadError):
    """A surviving secret (by `rule`, at `place`) stopped the write."""

    def __init__(self, message: str, *, rule: str = "", place: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.place = place


def note_lines(label: str, text: str) -> list[str]:
    """The lines of one detail, the label in a column of its own.

    What does not fit in 76 columns goes on in further lines if it is a sentence, and is cut if it is a value or a path.
    What is there to be copied is never cut: a command goes on in a line of its own, as a shell reads it, and a text of
    several lines, such as a list with a place in each, keeps them as they are.
    """
    line = f"  {label:<9} {text}".rstrip()
    if "\n" in text:
        return _below(label, text.split("\n"))
    if len(line) <= NOTE_COLUMNS:
        return [line]
    if label == "record":
        command, _, argument = line.rpartition(" ")
        return [f"{command} \\", f"  {'':<9} {argument}"]
    if label in _SENTENCES:
        return _below(label, wrapped(text))
    return [line[: NOTE_COLUMNS - 1] + "…"]


def wrapped(text: str) -> list[str]:
    """A sentence in as many lines as it takes beside a label; a word that is too long for one keeps a line of its
    own."""
    import textwrap  # every run of pytest loads this module, and few have an error to lay out

    return textwrap.wrap(text, NOTE_COLUMNS - _INDENT, break_long_words=False, break_on_hyphens=False)


def _below(label: str, texts: Iterable[str]) -> list[str]:
    """A line for each text, with the label before the first."""
    first, *others = texts
    return [f"  {label:<9} {first}".rstrip(), *(f"  {'':<9} {each}" for each in others)]
