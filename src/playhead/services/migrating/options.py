"""The options of vcrpy as options of ours. One that has no equivalent, or whose value is computed, is told apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from playhead.redaction.names import STORED_HEADERS
from playhead.redaction.rules import RedactionRules
from playhead.services.migrating.literal import Unknown

__all__ = ["Mapped", "mapped", "spelled"]

_BUILT_IN = {"method", "uri", "scheme", "host", "port", "path", "query", "body", "raw_body", "headers"}
_HAND = {
    "before_record_request": "secrets are redacted by default: `redact` adds names, `ignore` leaves places out",
    "before_record_response": "secrets are redacted by default: `redact` adds names",
    "before_record": "secrets are redacted by default: `redact` adds names, `ignore` leaves places out",
    "match_on": "say what changes from run to run in `ignore`, such as @uuid or body.$.sent_at",
    "serializer": "convert the cassettes with `playhead convert`, and leave the option out",
    "record_mode": "leave it out, and record with `pytest --record=all`",
    "path_transformer": "write the path of the cassette out",
    "func_path_generator": "write the path of the cassette out",
    "custom_patches": "playhead.use_cassette reaches httpx and httpx2 clients wherever they are made",
}
_MODES = {"once": "missing", "new_episodes": "new", "none": "none", "all": "all", "rewrite": "all"}


@dataclass(slots=True)
class Mapped:
    """Options of ours, and those of vcrpy that are left: name, reason, what to do."""

    ours: dict[str, object] = field(default_factory=dict)
    left: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, name: str, values: list[str]) -> None:
        """Add to an option that is a list."""
        there = self.ours.get(name, [])
        assert isinstance(there, list)
        if new := [each for each in dict.fromkeys(values) if each not in there]:
            self.ours[name] = there + new

    def leave(self, name: str, why: str) -> None:
        """Leave an option to people."""
        self.left.append((name, why, _HAND.get(name, "see docs/howto/migrate.md for what comes nearest")))


def mapped(given: dict[str, object], *, marker: bool) -> Mapped:
    """Return the equivalents of vcrpy's options; `marker` where the mode is given when a run is started."""
    result = Mapped()
    for name, value in given.items():
        rule = _RULES.get(name)
        if isinstance(value, Unknown):
            result.leave(name, "its value is a callable, or computed")
        elif name == "record_mode":
            _record_mode(result, value, marker=marker)
        elif rule is None:
            result.leave(name, "there is no equivalent option")
        else:
            rule(result, value)
    return result


def spelled(value: object) -> str:
    """Return a value of ours as Python source."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(spelled, value))}]"
    return repr(value)


def _record_mode(result: Mapped, value: object, *, marker: bool) -> None:
    ours = _MODES.get(value) if isinstance(value, str) else None
    if ours is None or (marker and ours == "all"):
        result.leave("record_mode", "a marker or fixture may not ask for recording afresh: the run does")
    elif (ours == "none") is marker:
        result.ours["record"] = ours


def _match_on(result: Mapped, value: object) -> None:
    names = set(value) if isinstance(value, list | tuple) else set()
    if not names or not names <= _BUILT_IN:
        result.leave("match_on", "a matcher of the suite's own decides")
    elif "headers" in names:
        result.leave("match_on", "all headers are compared")
    elif "uri" not in names and not {"path", "query"} <= names:
        result.leave("match_on", "parts of the URL are not compared")
    else:
        if "uri" not in names and not {"scheme", "host", "port"} <= names:
            result.add("ignore", ["host"])
        if not names & {"body", "raw_body"}:
            result.ours["match"] = "vcrpy"


def _filters(side: str) -> Callable[[Mapped, object], None]:
    option = {"header": "filter_headers", "query": "filter_query_parameters", "body": "filter_post_data_parameters"}[
        side
    ]

    def add(result: Mapped, value: object) -> None:
        names = [each if isinstance(each, str) else _named(each) for each in value] if isinstance(value, list) else [""]
        if not all(names):
            result.leave(option, "a replacement is computed")
            return
        rules = RedactionRules()
        if side == "header":
            names = [name for name in names if name.lower() in STORED_HEADERS]
        new = [f"{side}.{name}" for name in names if (rule := rules.rule(side, name)) is None or not rule.certain]  # type: ignore[arg-type]
        if new:
            result.add("redact", new)
        if side != "header":
            result.add("ignore", [f"{'query' if side == 'query' else 'form'}.{name}" for name in names])

    return add


def _named(entry: object) -> str:
    match entry:
        case (str(name), str() | None):
            return name
    return ""


def _hosts(result: Mapped, value: object) -> None:
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        result.add("passthrough", list(value))
    else:
        result.leave("ignore_hosts", "its value is not a list of hosts")


def _localhost(result: Mapped, value: object) -> None:
    if value:
        result.add("passthrough", ["localhost", "127.0.0.1", "0.0.0.0"])  # vcrpy's own list


def _repeats(result: Mapped, value: object) -> None:
    if value:
        result.ours["repeat"] = True


def _serializer(result: Mapped, value: object) -> None:
    if value not in ("yaml", "json"):
        result.leave("serializer", "it is a serializer of the suite's own")


def _keep(result: Mapped, value: object) -> None:
    if value:
        result.ours["keep_on_error"] = True


def _dropped(_: Mapped, __: object) -> None:
    """Leave out what is always so here."""


_RULES: dict[str, Callable[[Mapped, object], None]] = {
    "match_on": _match_on,
    "filter_headers": _filters("header"),
    "filter_query_parameters": _filters("query"),
    "filter_post_data_parameters": _filters("body"),
    "ignore_hosts": _hosts,
    "ignore_localhost": _localhost,
    "allow_playback_repeats": _repeats,
    "serializer": _serializer,
    "record_on_exception": _keep,
    "decode_compressed_response": _dropped,
    "cassette_library_dir": _dropped,
}
