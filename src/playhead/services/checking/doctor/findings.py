"""From the facts of the files to findings: each a kind, a count, the worst examples and the next step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from playhead.services.checking.doctor.explaining import ORPHAN, UNTOLD
from playhead.services.checking.doctor.facts import KINDS, Example, Facts, Finding, Varying
from playhead.services.checking.doctor.volatile import digest
from playhead.text.words import counted

__all__ = ["findings_of"]

_EXAMPLES = 5
_HUGE_BYTES = 2_000_000
_SLOW_US = 10_000_000
_FEWEST_THAT_DIFFER = 3


def findings_of(facts: list[Facts], verdicts: Mapping[Path, str], texts: Iterable[str]) -> list[Finding]:
    """Return the findings, the most harmful first.

    Args:
        facts: Those of all files.
        verdicts: The files that no test explains.
        texts: What stands in the tests: a value that does was not made up when it was sent.
    """
    found = [
        *_secrets(facts),
        *_unreadable(facts),
        *_never_match(facts, {digest(each) for each in texts}),
        *_ambiguous(facts),
        *_storage(facts),
        *_extremes(facts),
        *_unexplained(verdicts),
    ]
    return sorted(found, key=lambda each: list(KINDS).index(each.kind))


def _secrets(facts: list[Facts]) -> Iterator[Finding]:
    for kind, sure, advice in (
        ("secrets", True, "Revoke them, then record again or edit the files; `playhead scan` lists all."),
        ("possible-secrets", False, 'Look at them; `redact = ["!NAME"]` allows a name that is not secret.'),
    ):
        hits = [(each, hit) for each in facts for hit in each.hits if hit.sure is sure]
        if hits:
            files = len({each.path for each, _ in hits})
            examples = _one_each([Example(each.path, hit.id, f"{hit.place}: {hit.rule}") for each, hit in hits])
            yield Finding(kind, len(hits), f"in {counted(files, 'file')}", advice, tuple(examples[:_EXAMPLES]))


def _unreadable(facts: list[Facts]) -> Iterator[Finding]:
    broken = [each for each in facts if each.error]
    if broken:
        examples = tuple(Example(each.path, 0, each.error) for each in broken[:_EXAMPLES])
        advice = "Restore each from version control, or record it again."
        yield Finding("unreadable", len(broken), f"of {counted(len(facts), 'file')}", advice, examples)


def _never_match(facts: list[Facts], known: set[bytes]) -> Iterator[Finding]:
    places: dict[tuple[str, str], list[tuple[Facts, Varying]]] = defaultdict(list)
    boundaries: list[tuple[Facts, Varying]] = []
    for each in facts:
        for part in each.varying:
            if part.boundary:
                boundaries.append((each, part))
            elif part.digest not in known:
                places[part.request, part.place].append((each, part))
    varying = [pair for parts in places.values() if _differs(parts) for pair in parts]
    if not varying and not boundaries:
        return
    ignored = Counter(part.place for _, part in varying)
    rules = ", ".join(f'"{place}"' for place, _ in ignored.most_common(_EXAMPLES))
    advice = f"With playhead, ignore = [{rules}] lets them match." if rules else ""
    if boundaries:
        advice = f"{advice} Multipart boundaries need nothing: playhead compares such bodies part by part.".strip()
    examples = [Example(each.path, part.interaction, f"{part.place} of {part.request}") for each, part in varying]
    examples += [Example(each.path, part.interaction, f"boundary of {part.request}") for each, part in boundaries]
    number = len({(each.file, each.interaction) for each in examples})
    summary = "if queries and bodies are compared"
    yield Finding("never-match", number, summary, advice, tuple(_one_each(examples)[:_EXAMPLES]))


def _differs(parts: list[tuple[Facts, Varying]]) -> bool:
    """Return True if the name of a part tells what it is, or if it differs in each of several files."""
    if any(part.sure for _, part in parts):
        return True
    files = {each.path for each, _ in parts}
    return len(files) >= _FEWEST_THAT_DIFFER and len({part.digest for _, part in parts}) == len(parts)


def _one_each(examples: list[Example]) -> list[Example]:
    """Return the examples with those of different notes first."""
    first = {each.note: each for each in reversed(examples)}
    return [*reversed(first.values()), *(each for each in examples if first[each.note] is not each)]


def _ambiguous(facts: list[Facts]) -> Iterator[Finding]:
    found = [Example(each.path, number, note) for each in facts for number, note in each.ambiguous]
    if found:
        advice = "They are played in the order of the file, which is that in which answers came: look if it was meant."
        files = len({each.file for each in found})
        yield Finding("ambiguous", len(found), f"in {counted(files, 'file')}", advice, tuple(found[:_EXAMPLES]))


def _storage(facts: list[Facts]) -> Iterator[Finding]:
    copies: dict[bytes, list[tuple[str, int, int]]] = defaultdict(list)
    for each in facts:
        for body, size, number in each.bodies:
            copies[body].append((each.path, number, size))
    twice = sorted((found for found in copies.values() if len(found) > 1), key=lambda found: -found[0][2] * len(found))
    packed = sum(each.compressed for each in facts)
    encoded = sum(each.base64 for each in facts)
    count = packed + encoded + sum(len(found) - 1 for found in twice)
    if not count:
        return
    foreign = [each for each in facts if not each.error and each.tool != "playhead"]
    now, then = sum(each.size_bytes for each in foreign), sum(each.ours_bytes for each in foreign)
    wasted = sum(found[0][2] * (len(found) - 1) for found in twice)
    parts = ((packed, "compressed"), (encoded, "in base64"), (wasted, "bytes in copies"))
    summary = ", ".join(f"{number:,} {what}" for number, what in parts if number)
    advice = (
        f"As playhead's own, in .json, the files of other tools take {then:,} bytes instead of {now:,}."
        if foreign
        else ""
    )
    examples = [
        Example(path, number, f"{size:,} bytes, {counted(len(found), 'time')}")
        for found in twice
        for path, number, size in found[:1]
    ]
    examples += [Example(each.path, 0, f"{each.compressed} compressed") for each in facts if each.compressed]
    yield Finding("storage", count, summary, advice, tuple(examples[:_EXAMPLES]))


def _extremes(facts: list[Facts]) -> Iterator[Finding]:
    huge = sorted((each for each in facts if each.size_bytes >= _HUGE_BYTES), key=lambda each: -each.size_bytes)
    slow = sorted((each for each in facts if each.slowest[0] >= _SLOW_US), key=lambda each: -each.slowest[0])
    if huge or slow:
        examples = [Example(each.path, 0, f"{each.size_bytes:,} bytes") for each in huge[:3]]
        examples += [Example(each.path, each.slowest[1], f"{each.slowest[0] / 1e6:.1f} s") for each in slow[:2]]
        summary = f"{counted(len(huge), 'file')} of 2 MB or more, {len(slow)} with an answer of 10 s or more"
        advice = "Ask for less when recording: smaller pages, shorter texts."
        yield Finding("extremes", len(huge) + len(slow), summary, advice, tuple(examples))


def _unexplained(verdicts: Mapping[Path, str]) -> Iterator[Finding]:
    for kind, verdict, advice in (
        ("orphans", ORPHAN, "Remove them if their tests are gone; nothing in the tests names them."),
        ("untold", UNTOLD, "Names are computed, or the layout is unknown: not judged."),
    ):
        found = [path for path, each in verdicts.items() if each == verdict]
        if found:
            examples = tuple(Example(str(path), 0, "") for path in found[:_EXAMPLES])
            yield Finding(kind, len(found), "", advice, examples)
