"""The account of a deck: its report for the summary of a test run, and what it raises and warns of in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from playhead.caller import show_caller
from playhead.engine.engine import Engine
from playhead.engine.hints import told_alone
from playhead.errors import PlayheadError, PlayheadWarning
from playhead.model.call import Invocation
from playhead.model.cassette import Exchange, Interaction

__all__ = ["DeckReport", "label_of", "raise_first", "report_of", "warn_of_credentials"]


def label_of(interaction: Interaction, shown: Callable[[str], str] = str) -> str:
    """Return `#3 GET http://api.test/users`, or `#4 db.create_user`. `shown` returns a URL as it may be printed."""
    if isinstance(interaction, Invocation):
        return f"#{interaction.id} {interaction.call.path}"
    return f"#{interaction.id} {interaction.request.method} {shown(interaction.request.url)}"


@dataclass(frozen=True, slots=True)
class DeckReport:
    """The account of a deck for the summary of a test run; `record_all` is the command that records it afresh."""

    played: int
    recorded: int
    unplayed: list[str]
    misses: list[PlayheadError]
    drifted: list[str]
    redacted: Counter[str] = field(default_factory=Counter)
    record_all: str = ""
    unrecorded: list[str] = field(default_factory=list)
    ambiguous: list[str] = field(default_factory=list)
    without_credential: list[str] = field(default_factory=list)


def report_of(
    engine: Engine, redacted: Counter[str], unrecorded: list[str], label: Callable[[Interaction], str]
) -> DeckReport:
    """Return the report of a session. `unrecorded` has a line for each kind of traffic that went past it."""
    return DeckReport(
        played=engine.played,
        recorded=len(engine.taken),
        unplayed=[label(each) for each in engine.unplayed],
        misses=list(engine.misses),
        drifted=[told_alone(each) for each in engine.request_drift],
        redacted=redacted,
        record_all=engine.refusals.record_all,
        unrecorded=unrecorded,
        ambiguous=[label(each) for each in engine.finder.ambiguous],
        without_credential=[f"{name} in {label(each)}" for name, each in engine.finder.without_credential],
    )


def raise_first(misses: Sequence[PlayheadError]) -> None:
    """Raise the first of these errors, with a line on each other one."""
    __tracebackhide__ = True  # pytest shows the line of the test instead
    seen = list({(type(miss), str(miss)): miss for miss in misses}.values())
    if not seen:
        return
    first = seen[0]
    for other in seen[1:]:
        first.add_note(f"  also      {other}"[:76])
    raise first


def warn_of_credentials(engine: Engine, shown: Callable[[str], str]) -> None:
    """Warn once for each header in which requests lacked the recorded credential. `shown` is as for `label_of`.

    Many runs in CI have no secrets, so this never fails one.
    """
    first = dict(reversed(engine.finder.without_credential))
    for name, each in first.items():
        assert isinstance(each, Exchange)  # calls have no headers
        recorded = replace(each.request, url=shown(each.request.url))
        show_caller(PlayheadWarning(engine.refusals.without_credential(name, recorded)))
