"""Comparisons to report: one with entries in every field, and random ones by hypothesis."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from playhead.contract.comparison import Comparison, Unchecked, Unreadable
from playhead.contract.exhibits import Exhibit, Exhibits, Pair
from playhead.contract.findings import Acceptance, Accepted, Finding, Stale, fingerprint_of
from playhead.contract.rules import RULES, Grade, Severity
from playhead.contract.samples import Sample
from playhead.contract.unread import Unread
from tests.contract.recordings import answer
from tests.report.waterfalls import HOSTILE

__all__ = ["EVERYTHING", "EXHIBITS", "HOSTILE", "PAIR", "finding", "reported", "with_exhibits"]

RUDE = st.sampled_from(
    [
        HOSTILE, "::error::owned", "##[error]owned", "%0A::error::owned", "`", "``` `", "a|b\\|c", "@team #1", "<b>",
        "]]>", "&amp;", "\r\n", "\ud800", "\x00\x1b[2J", "\ufffe", "\u2028", "x" * 5000, "::" * 60, "\u202e",
        "_a_*b*[c](d)", "https://e.org/?a=1&b=2", "",
        "0\\\\", "\\", "a\\`", "`\\", "100%", "%0", "&", "&#x27", "<", "]]", "\u200d", "${x", "\\u00",
    ]
)  # fmt: skip
TEXT = st.text(max_size=12) | RUDE | st.builds("{} {}".format, RUDE, RUDE)
PLACES = TEXT | st.sampled_from(
    [
        "/", "/a/*/b", "4xx /error", "event delta /x", "event done", "request /name", "query.page", "header.etag",
        "status", "host", "base path", "/items/*[type=x]/name", "[kind=a]", "/a~1b/c~0d",
    ]
)  # fmt: skip


def finding(
    rule="field-removed", place="/email", endpoint="GET api.test/users/{id}", severity=None, grade=Grade.E3, **fields
) -> Finding:
    """Return a finding of a rule."""
    return Finding(
        **{
            "rule": rule,
            "severity": severity or RULES[rule].severity,
            "grade": grade,
            "endpoint": endpoint,
            "place": place,
            "old": "string",
            "new": "absent",
            "fingerprint": fingerprint_of(rule, endpoint, place),
            "evidence": "in 5 of 5, now in 0 of 5",
            "sample": "GET http://api.test/users/1",
            "consequence": RULES[rule].consequence,
            "accept": "Commit the new recordings in place of the old ones.",
            **fields,
        }
    )


TOLD = [rule for rule, each in RULES.items() if each.severity is not Severity.NOISE]
SINGLE = st.builds(
    finding,
    st.sampled_from(TOLD),
    PLACES,
    TEXT,
    st.sampled_from([Severity.BREAKING, Severity.RISKY, Severity.COMPATIBLE]),
    st.sampled_from(list(Grade)),
    old=TEXT,
    new=TEXT,
    evidence=TEXT,
    sample=TEXT,
    consequence=TEXT,
    accept=TEXT,
    also=st.lists(TEXT, max_size=3).map(tuple),
    chance=st.floats(0, 1),
    if_confirmed=st.booleans(),
    confirmed=st.just("") | TEXT,
)
CAUSES = st.builds(lambda cause, *follows: replace(cause, consequences=follows), SINGLE, SINGLE, SINGLE)
FINDINGS = SINGLE | CAUSES
TEXTS = st.lists(TEXT, max_size=2).map(tuple)
COMPARISONS = st.builds(
    Comparison,
    st.lists(FINDINGS, max_size=3).map(lambda found: tuple(sorted(found, key=lambda each: -each.severity.rank))),
    st.integers(0, 99),
    TEXTS,
    TEXTS,
    st.lists(
        st.builds(Unchecked, TEXT, st.sampled_from(["old", "new"]), st.just((("503", 2), ("ReadTimeout", 1)))),
        max_size=2,
    ).map(tuple),
    st.lists(st.builds(Unreadable, TEXT, TEXT), max_size=2).map(tuple),
    st.lists(FINDINGS, max_size=1).map(tuple),
    st.lists(st.builds(Accepted, FINDINGS, st.builds(Acceptance, TEXT, TEXT, TEXT)), max_size=2).map(tuple),
    st.lists(st.builds(Stale, st.builds(Acceptance, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT), TEXT), max_size=1).map(tuple),
    places=st.integers(0, 9999),
    unread=st.lists(st.builds(Unread, TEXT, TEXT, TEXT, st.integers(1, 9)), max_size=2).map(tuple),
    anonymous=st.booleans(),
)
# File names have no NUL, and of surrogates only those that stand for undecodable bytes.
FILES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=30) | st.just(
    "::error::,%0A\n\udce9.json"
)


ONE = st.just(answer("/users/1", {"id": 1}))


@st.composite
def with_exhibits(draw, exchanges=ONE) -> tuple[Comparison, Exhibits]:
    """Random comparisons with recordings of their findings; all text is random."""
    comparison = draw(COMPARISONS)
    showings = st.none() | st.builds(Exhibit, FILES, st.just(3), st.just(47), exchanges)
    pairs = {each.fingerprint: Pair(draw(showings), draw(showings)) for each in comparison.findings}
    return comparison, Exhibits(pairs, draw(st.just("") | FILES))


def reported(*findings: Finding) -> Comparison:
    """Return a comparison of one endpoint with these findings."""
    return Comparison(tuple(findings), 1)


USER = {"id": 1, "name": "Ada", "email": "ada@example.org", "address": {"city": "London", "zip": "N1"}}
LEAN = {"id": 1, "name": None, "address": {"city": "London", "zip": 1}}
PAIR = Pair(
    Exhibit("cassettes/old.json", 1, 22, answer("/users/1", USER, headers=(("etag", '"x"'),))),
    Exhibit("cassettes/new.json", 3, 47, replace(answer("/users/1", LEAN), id=3)),
)
REMOVED = finding(also=("GET api.test/teams/{id} /email",), old_samples=(Sample("cassettes/old.json", 1),))
EVERYTHING = Comparison(
    (
        REMOVED,
        finding("type-changed", "/address/zip", old="string", new="integer"),
        finding("endpoint-gone", "status", "GET api.test/teams/{id}", old="200", new="410"),
        finding("became-nullable", "/name", old="string", new="string | null", grade=Grade.E1),
        finding("header-gone", "header.etag", old="present", new="absent"),
        finding("field-added", "/age", "GET api.test/orders", old="absent", new="integer"),
    ),
    4,
    ("GET api.test/legacy",),
    ("GET api.test/brand-new",),
    (Unchecked("GET api.test/health", "new", (("ReadTimeout", 1),)),),
    (Unreadable("cassettes/broken.json", "it is cut short"),),
    places=340,
)
EXHIBITS = Exhibits({each.fingerprint: PAIR for each in EVERYTHING.findings}, "cassettes")
