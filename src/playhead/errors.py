"""The errors of playhead: one root, and a class for each thing that can be at fault.

`str()` is one sentence that names the thing and the next step. The data is in attributes; the details are notes
(PEP 678) of at most 76 columns. Values must be redacted before they are put into an error.
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
"""Labels of notes that are sentences, which are wrapped and never cut: users copy options and calls from them."""


class PlayheadError(Exception):
    """Base class of all errors that playhead raises on purpose."""

    def with_notes(self, rows: Iterable[tuple[str, str]]) -> PlayheadError:
        """Add a note for each row, and return the error itself.

        Args:
            rows: Pairs of a label, of up to 9 characters, and a text; see `note_lines` for their layout.
        """
        for label, text in rows:
            for line in note_lines(label, text):
                self.add_note(line)
        return self


class PlayheadWarning(UserWarning):
    """Warns of something that does not stop a run, such as request drift with `on_request_drift="warn"`."""


class UsageError(PlayheadError):
    """An option, a call or a configuration is wrong, and the caller has to fix it."""


class FileUnreadable(UsageError):
    """An OpenAPI document or a list of accepted findings cannot be read.

    Commands exit with 3. A path at which there is no file is a plain `UsageError`.

    Attributes:
        path: The file.
        reason: The rest of the sentence that begins with the path.
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
    """There is no cassette, and the record mode does not allow to make one.

    Attributes:
        path: The file that was looked for.
    """


class CassetteCorrupt(_CassetteError):
    """A cassette cannot be decoded. It is never overwritten.

    Attributes:
        path: The file, empty if the bytes came from elsewhere.
        place: The place in it, an offset or a JSON path; empty if it is the file as a whole.
        reason: The fault that was found there.
    """

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
    """A file is intact, but not a cassette of playhead: another tool's, for example.

    Attributes:
        path: The file.
        reason: The evidence, such as the tool that wrote it.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.args = (f"{path or 'This'} is not a playhead cassette: {reason}.",)


class BodyCorrupt(CassetteCorrupt):
    """A large body, in a file beside its cassette, is not the one that was recorded.

    Attributes:
        path: The file of the body.
        reason: The fault: it is missing or changed, for example.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        message = (
            f"{path} is not the body file that its cassette names: {reason}; "
            "restore it from version control, or record the cassette again."
        )
        self.args = (message,)


class ContractCorrupt(CassetteCorrupt):
    """A contract cannot be decoded.

    Attributes:
        path: The file.
        reason: The fault that was found in it.
    """

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        message = (
            f"{path} is not a readable contract: {reason}; "
            "restore it from version control, or fold the cassettes again with `playhead contract`."
        )
        self.args = (message,)


class UnsupportedVersion(_CassetteError):
    """A cassette was written by a later playhead, in a format that this one does not read.

    Attributes:
        path: The file.
        version: The version of its format.
    """

    def __init__(self, path: str, version: object) -> None:
        super().__init__(
            f"{path or 'cassette'} has format version {version}, and this playhead reads version 1: upgrade playhead.",
            path=path,
        )
        self.version = version


class _RequestError(PlayheadError):
    """A request that the deck refused.

    Attributes:
        method: The request's method.
        url: Its URL, redacted.
        cassette: The path of the cassette.
        nearest: The id of the interaction that is most like the request, `None` if there is none.
    """

    def __init__(
        self, message: str, *, method: str = "", url: str = "", cassette: str = "", nearest: int | None = None
    ) -> None:
        super().__init__(message)
        self.method = method
        self.url = url
        self.cassette = cassette
        self.nearest = nearest


class NoMatch(_RequestError):
    """The request was never recorded."""


class Exhausted(_RequestError):
    """The request was recorded, but every recording of it has been played, or its recorded body ended early."""


class RequestDrift(_RequestError):
    """The request finds its recording (`nearest`), but differs from it.

    Attributes:
        differences: A `(place, recorded, sent)` for every place that differs.
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
    """A recorded call cannot be made on the spec of its double any more.

    Attributes:
        double: The name of the double.
        method: The method that was called.
        difference: The change in the spec that rules the call out.
    """

    def __init__(self, message: str, *, double: str = "", method: str = "", difference: str = "") -> None:
        super().__init__(message)
        self.double = double
        self.method = method
        self.difference = difference


class Unrecordable(PlayheadError):
    """A value of a call cannot be put on a cassette.

    Attributes:
        double: The name of the double.
        method: The method that was called.
        kind: The type of the value.
    """

    def __init__(self, message: str, *, double: str = "", method: str = "", kind: str = "") -> None:
        super().__init__(message)
        self.double = double
        self.method = method
        self.kind = kind


class RecordedError(PlayheadError):
    """Stands in for a recorded exception whose class is not known here.

    It has the recorded `args` and attributes. After `playhead.register(Class)` the class itself is raised instead.

    Attributes:
        kind: The name of the recorded class.
        message: The recorded `str()` of the exception.
    """

    kind = ""
    message = ""

    def __str__(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


class NetworkBlocked(PlayheadError):
    """Code reached for the network where only recordings may answer.

    Attributes:
        address: The host, with its port if there is one.
    """

    def __init__(self, message: str, *, address: str = "") -> None:
        super().__init__(message)
        self.address = address


class NothingCanHappen(PlayheadError):
    """Under a virtual clock, every task waits for something that can never come.

    Attributes:
        waits: A `(task, what, where)` for each task: its name, the call or future that it waits for, and the line.
    """

    def __init__(self, message: str, *, waits: tuple[tuple[str, str, str], ...] = ()) -> None:
        super().__init__(message)
        self.waits = waits


class SecretFound(PlayheadError):
    """A secret was about to be written to a cassette, so nothing was.

    Attributes:
        rule: The rule that found it.
        place: The place in the cassette.
    """

    def __init__(self, message: str, *, rule: str = "", place: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.place = place


def note_lines(label: str, text: str) -> list[str]:
    """Lay out a label and its text in lines of at most 76 columns, the label in a column of its own.

    A text that does not fit is wrapped if its label is one of a sentence, and cut if not. Under `record`, the last
    argument of a command goes into a second line, which a shell reads as one command. A text of several lines keeps
    them as they are.
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
    """Wrap a sentence to the width beside a label. A word that is too long for it gets a line of its own."""
    import textwrap  # every run of pytest loads this module, and few have an error to lay out

    return textwrap.wrap(text, NOTE_COLUMNS - _INDENT, break_long_words=False, break_on_hyphens=False)


def _below(label: str, texts: Iterable[str]) -> list[str]:
    """Return a line for each text, with the label before the first."""
    first, *others = texts
    return [f"  {label:<9} {first}".rstrip(), *(f"  {'':<9} {each}" for each in others)]
