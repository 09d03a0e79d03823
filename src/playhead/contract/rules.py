"""The kinds of change as one table: id, opposite, severity, and consequence.

Every rule has an opposite, the rule of the same change read backwards; many are their own opposite. Ids are stable:
they are in fingerprints, in reports, and in the acceptances of users.
"""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import NamedTuple

__all__ = ["RULES", "WHOLE_RULES", "Direction", "Grade", "Rule", "Severity", "Whose"]


class Severity(StrEnum):
    """The severity of a change for clients of the API, mildest first; `NOISE` is not reported."""

    NOISE = "noise"
    COMPATIBLE = "compatible"
    RISKY = "risky"
    BREAKING = "breaking"

    @property
    def rank(self) -> int:
        """The position of the severity: 0 for noise, 3 for breaking."""
        return list(Severity).index(self)


class Grade(StrEnum):
    """The evidence for a change: at least one, two, three or five independent observations on both sides.

    Observations are entities or requests, whichever are fewer. E4 is E2 or better with an independent witness: other
    entities at another endpoint that show the same, or a notice of deprecation. Grades are ordered as text.
    """

    E0 = "E0"
    E1 = "E1"
    E2 = "E2"
    E3 = "E3"
    E4 = "E4"

    @property
    def rank(self) -> int:
        """The digit: 0 for one observation, 3 for five or more, 4 with a witness."""
        return int(self.value[1:])


class Direction(Enum):
    """The direction of a change: more than before, less, or something else."""

    MORE = "more"
    LESS = "less"
    OTHER = "other"


class Whose(Enum):
    """The owner of what has changed: responses are the provider's, requests are our own."""

    THEIRS = "provider"
    OURS = "ours"


class Rule(NamedTuple):
    """One kind of change. Below the grade `breaking_from`, a breaking change is only risky."""

    id: str
    opposite: str
    direction: Direction
    severity: Severity
    consequence: str
    whose: Whose = Whose.THEIRS
    breaking_from: Grade = Grade.E2


_NOISE, _COMPATIBLE, _RISKY, _BREAKING = Severity
_MORE, _LESS, _OTHER = Direction

_TABLE = (
    # status
    Rule("endpoint-gone", "endpoint-back", _LESS, _BREAKING, "Calls to this endpoint now fail: it is gone or moved."),
    Rule("endpoint-back", "endpoint-gone", _MORE, _COMPATIBLE, "The endpoint answers now."),
    Rule(
        "auth-refused",
        "auth-accepted",
        _LESS,
        _BREAKING,
        "Calls are refused: the credentials or their scope no longer do.",
    ),
    Rule("auth-accepted", "auth-refused", _MORE, _COMPATIBLE, "Calls that were refused are let through."),
    Rule(
        "request-refused",
        "request-accepted",
        _LESS,
        _BREAKING,
        "The same request is now an error: what is accepted has narrowed.",
    ),
    Rule("request-accepted", "request-refused", _MORE, _COMPATIBLE, "A request that was an error now succeeds."),
    Rule(
        "error-status-changed",
        "error-status-changed",
        _OTHER,
        _RISKY,
        "Code that looks for the old error status misses it.",
    ),
    Rule(
        "success-status-changed",
        "success-status-changed",
        _OTHER,
        _RISKY,
        "Code that expects the old status treats success as failure.",
    ),
    Rule("body-gone", "body-back", _LESS, _BREAKING, "There is no body any more for the reader to parse."),
    Rule("list-emptied", "list-filled", _LESS, _RISKY, "Lists that had items have none: nothing is found to work on."),
    Rule("list-filled", "list-emptied", _MORE, _NOISE, "There are items to list again."),
    Rule("body-back", "body-gone", _MORE, _COMPATIBLE, "There is a body where there was none."),
    Rule(
        "body-unreadable",
        "body-readable",
        _LESS,
        _BREAKING,
        "No body can be parsed any more as what its media type says.",
    ),
    Rule("body-readable", "body-unreadable", _MORE, _COMPATIBLE, "Bodies can be parsed that could not be."),
    Rule(
        "answer-deferred",
        "answer-immediate",
        _LESS,
        _BREAKING,
        "The result is not in the answer any more; it has to be asked for later.",
    ),
    Rule(
        "answer-immediate", "answer-deferred", _MORE, _RISKY, "Code that waits for a deferred result gets it at once."
    ),
    Rule(
        "redirect-added", "redirect-removed", _MORE, _RISKY, "A client that does not follow redirects gets no answer."
    ),
    Rule("redirect-removed", "redirect-added", _LESS, _COMPATIBLE, "The answer comes directly, without a redirect."),
    Rule("redirect-retargeted", "redirect-retargeted", _OTHER, _RISKY, "The redirect leads elsewhere."),
    Rule("redirect-status-changed", "redirect-status-changed", _OTHER, _RISKY, "The redirect is of another kind."),
    Rule(
        "redirect-drops-method",
        "redirect-keeps-method",
        _LESS,
        _BREAKING,
        "The client repeats the request as GET and drops its body.",
    ),
    Rule(
        "redirect-keeps-method",
        "redirect-drops-method",
        _MORE,
        _RISKY,
        "The client repeats the request with method and body.",
    ),
    # endpoint
    Rule(
        "host-changed",
        "host-changed",
        _OTHER,
        _RISKY,
        "Requests go to another host: check credentials and allow-lists.",
    ),
    Rule("base-path-changed", "base-path-changed", _OTHER, _RISKY, "Requests go to another version of the API."),
    Rule("version-changed", "version-changed", _OTHER, _RISKY, "The answers come from another version of the API."),
    Rule(
        "account-changed",
        "account-changed",
        _OTHER,
        _COMPATIBLE,
        "The recordings are of another account: what it has and may do differs.",
    ),
    Rule("answers-slower", "answers-faster", _MORE, _RISKY, "Timeouts that were enough may strike."),
    Rule("answers-faster", "answers-slower", _LESS, _NOISE, "Nobody minds."),
    # head
    Rule(
        "media-type-changed",
        "media-type-changed",
        _OTHER,
        _BREAKING,
        "The body is of another kind: the parser chosen for the old one fails.",
    ),
    Rule(
        "media-subtype-changed",
        "media-subtype-changed",
        _OTHER,
        _RISKY,
        "The same parser reads the body, but checks of the type's name fail.",
    ),
    Rule("stream-became-whole", "whole-became-stream", _LESS, _BREAKING, "A reader of events gets a whole body."),
    Rule("whole-became-stream", "stream-became-whole", _MORE, _BREAKING, "A reader of a whole body gets events."),
    Rule("header-gone", "header-new", _LESS, _RISKY, "Code that reads this header finds nothing."),
    Rule("header-new", "header-gone", _MORE, _COMPATIBLE, "Nobody reads the header yet."),
    Rule("location-gone", "location-new", _LESS, _BREAKING, "The answer says no more where the new resource is."),
    Rule("location-new", "location-gone", _MORE, _COMPATIBLE, "The answer now says where the new resource is."),
    Rule("next-link-gone", "next-link-new", _LESS, _BREAKING, "Code that follows rel=next stops after the first page."),
    Rule("next-link-new", "next-link-gone", _MORE, _COMPATIBLE, "Pages can be followed by their links."),
    Rule(
        "paging-changed",
        "paging-changed",
        _OTHER,
        _BREAKING,
        "Code that asks for the next page in the old way gets the first again.",
    ),
    Rule("deprecated", "undeprecated", _MORE, _RISKY, "The provider announces the end of this endpoint."),
    Rule("undeprecated", "deprecated", _LESS, _NOISE, "The announcement was withdrawn."),
    # body: fields
    Rule(
        "field-removed", "field-added", _LESS, _BREAKING, "Code that reads this field finds nothing (KeyError, None)."
    ),
    Rule("field-added", "field-removed", _MORE, _COMPATIBLE, "Only readers that forbid unknown fields mind."),
    Rule(
        "optional-field-added",
        "optional-field-unseen",
        _MORE,
        _COMPATIBLE,
        "Only readers that forbid unknown fields mind.",
    ),
    Rule(
        "optional-field-unseen",
        "optional-field-added",
        _LESS,
        _NOISE,
        "It was not always there, so its absence says nothing.",
    ),
    Rule("field-renamed", "field-renamed", _OTHER, _BREAKING, "Code that reads the old name finds nothing."),
    Rule("field-moved", "field-moved", _OTHER, _BREAKING, "Code that looks for the field where it was finds nothing."),
    Rule(
        "field-became-optional",
        "field-became-required",
        _LESS,
        _BREAKING,
        "Code that takes this field for granted fails now and then.",
        breaking_from=Grade.E3,
    ),
    Rule("field-became-required", "field-became-optional", _MORE, _NOISE, "It is there more often than before."),
    # body: types
    Rule("became-nullable", "never-null-now", _MORE, _RISKY, "Code that takes a value for granted meets null (None)."),
    Rule("never-null-now", "became-nullable", _LESS, _NOISE, "Null was not seen this time."),
    Rule(
        "type-changed",
        "type-changed",
        _OTHER,
        _BREAKING,
        "Code that computes with the old type fails or miscalculates.",
    ),
    Rule(
        "structure-changed",
        "structure-changed",
        _OTHER,
        _BREAKING,
        "An object, an array and a scalar are read in different ways.",
    ),
    Rule(
        "array-wrapped",
        "array-unwrapped",
        _OTHER,
        _BREAKING,
        "The items are one level deeper: code that iterates gets keys.",
    ),
    Rule(
        "array-unwrapped",
        "array-wrapped",
        _OTHER,
        _BREAKING,
        "The items are one level higher: code that reads the envelope fails.",
    ),
    Rule(
        "object-wrapped",
        "object-unwrapped",
        _OTHER,
        _BREAKING,
        "The fields are one level deeper: code that reads them finds nothing.",
    ),
    Rule(
        "object-unwrapped",
        "object-wrapped",
        _OTHER,
        _BREAKING,
        "The fields are one level higher: code that reads the envelope fails.",
    ),
    Rule("union-widened", "union-narrowed", _MORE, _RISKY, "Code meets a type that it has not met here before."),
    Rule("union-narrowed", "union-widened", _LESS, _COMPATIBLE, "One of the types was not seen this time."),
    Rule(
        "integer-became-fractional",
        "fraction-unseen",
        _MORE,
        _BREAKING,
        "Code that parses integers fails or truncates.",
    ),
    Rule("fraction-unseen", "integer-became-fractional", _LESS, _NOISE, "The numbers happen to be whole."),
    Rule(
        "integer-outgrew-double",
        "integer-fits-double",
        _MORE,
        _RISKY,
        "Beyond 2^53 JavaScript and many parsers round the number.",
    ),
    Rule("integer-fits-double", "integer-outgrew-double", _LESS, _NOISE, "The integers are small this time."),
    Rule("format-changed", "format-changed", _OTHER, _RISKY, "Code that parses the old format fails."),
    Rule("enum-grew", "enum-shrank", _MORE, _RISKY, "Code that handles the known values meets a new one."),
    Rule("enum-shrank", "enum-grew", _LESS, _NOISE, "Some values were not seen this time."),
    Rule(
        "spelling-changed",
        "spelling-changed",
        _OTHER,
        _BREAKING,
        "Code that compares with the old spelling no longer finds the value.",
        breaking_from=Grade.E3,
    ),
    Rule(
        "tag-changed",
        "tag-changed",
        _OTHER,
        _BREAKING,
        "Code that tells kinds of objects apart does not know these any more.",
        breaking_from=Grade.E3,
    ),
    Rule(
        "constant-changed",
        "constant-changed",
        _OTHER,
        _BREAKING,
        "Code that compares with the old value no longer finds it.",
    ),
    Rule("vocabulary-changed", "vocabulary-changed", _OTHER, _RISKY, "Code that compares with the old values misses."),
    Rule("variant-new", "variant-unseen", _MORE, _RISKY, "Code that tells the variants apart meets a new one."),
    Rule("variant-unseen", "variant-new", _LESS, _NOISE, "A variant was not seen this time."),
    # operations
    Rule(
        "operation-failed",
        "operation-succeeds",
        _LESS,
        _BREAKING,
        "It answers 200, with errors in place of data.",
    ),
    Rule("operation-succeeds", "operation-failed", _MORE, _COMPATIBLE, "An operation that gave errors now gives data."),
    # calls
    Rule("call-raises", "call-returns", _LESS, _BREAKING, "The call raises where it returned a value."),
    Rule("call-returns", "call-raises", _MORE, _COMPATIBLE, "The call returns where it raised."),
    Rule("exception-changed", "exception-changed", _OTHER, _RISKY, "Code that catches the old exception misses it."),
    # streams
    Rule("event-new", "event-unseen", _MORE, _RISKY, "A reader of the stream meets an event that it does not know."),
    Rule("event-unseen", "event-new", _LESS, _NOISE, "An event type was not seen this time."),
    Rule(
        "terminator-gone",
        "terminator-new",
        _LESS,
        _BREAKING,
        "A reader that waits for the end of the stream waits for ever.",
    ),
    Rule("terminator-new", "terminator-gone", _MORE, _RISKY, "A reader that parses every event meets the end marker."),
    # what we send
    Rule("we-now-send", "we-no-longer-send", _MORE, _COMPATIBLE, "Ours: we now send this.", Whose.OURS),
    Rule("we-no-longer-send", "we-now-send", _LESS, _COMPATIBLE, "Ours: we no longer send this.", Whose.OURS),
    Rule(
        "we-ask-otherwise",
        "we-ask-otherwise",
        _OTHER,
        _COMPATIBLE,
        "Ours: this header now asks for something else.",
        Whose.OURS,
    ),
    Rule(
        "we-send-another-type",
        "we-send-another-type",
        _OTHER,
        _COMPATIBLE,
        "Ours: we now send another type.",
        Whose.OURS,
    ),
    # against an OpenAPI document
    Rule(
        "openapi-response-invalid",
        "openapi-response-invalid",
        _OTHER,
        _BREAKING,
        "Clients that were made from the document fail on this answer.",
    ),
    Rule(
        "openapi-response-media",
        "openapi-response-media",
        _OTHER,
        _BREAKING,
        "Clients that were made from the document choose the wrong parser.",
    ),
    Rule(
        "openapi-response-format",
        "openapi-response-format",
        _OTHER,
        _RISKY,
        "Clients that parse the documented format fail on this text.",
    ),
    Rule(
        "openapi-status-unknown",
        "openapi-status-unknown",
        _OTHER,
        _RISKY,
        "Clients that were made from the document do not expect this status.",
    ),
    Rule(
        "openapi-header-missing",
        "openapi-header-missing",
        _OTHER,
        _RISKY,
        "Code that reads this header, as documented, finds nothing.",
    ),
    Rule("openapi-header-invalid", "openapi-header-invalid", _OTHER, _RISKY, "The header is not as documented."),
    Rule("openapi-path-unknown", "openapi-path-unknown", _OTHER, _RISKY, "We use what nobody has promised to keep."),
    Rule(
        "openapi-method-unknown", "openapi-method-unknown", _OTHER, _RISKY, "We use what nobody has promised to keep."
    ),
    Rule(
        "openapi-parameter-missing",
        "openapi-parameter-missing",
        _OTHER,
        _RISKY,
        "The service may refuse our request: the document says that it is incomplete.",
    ),
    Rule(
        "openapi-parameter-invalid",
        "openapi-parameter-invalid",
        _OTHER,
        _RISKY,
        "The service may refuse our request: the document says that it is wrong.",
    ),
    Rule(
        "openapi-parameter-unknown",
        "openapi-parameter-unknown",
        _OTHER,
        _COMPATIBLE,
        "Ours: we send what the document does not know.",
        Whose.OURS,
    ),
    Rule(
        "openapi-request-media",
        "openapi-request-media",
        _OTHER,
        _RISKY,
        "The service may refuse our request: the document has another media type.",
    ),
    Rule(
        "openapi-request-invalid",
        "openapi-request-invalid",
        _OTHER,
        _RISKY,
        "The service may refuse our request: the document says that it is wrong.",
    ),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _TABLE}
"""The catalogue, by id."""

WHOLE_RULES = frozenset(
    {"body-gone", "body-unreadable", "media-type-changed", "stream-became-whole", "whole-became-stream"}
)
"""Rules of changes that leave nothing of a body for its reader."""
