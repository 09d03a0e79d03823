"""Secret values of environment variables, judged by the name and then by the value.

A value is certain if a part of the name says so (`DB_PASS`, `MY_CREDENTIALS`), or if it looks like a secret under a
name such as `API_TOKEN_2`. Of a URL (`DATABASE_URL`, `SENTRY_DSN`, `SLACK_WEBHOOK_URL`) only the secret part counts.
Paths, host names and `PWD` never count, since they occur everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from playhead.redaction.look import is_file_name, looks_secret
from playhead.redaction.names import COMMON_VALUES, fold
from playhead.redaction.rules import RedactionRules

__all__ = ["secret_variables"]

_EXEMPT = frozenset({"PWD", "OLDPWD"})
_CERTAIN = re.compile(r"(?<![a-z])(?:secrets?|passwords?|pass|passwd|passphrase|pwd|credentials?|creds|dsn)(?![a-z])")
_BY_LOOK = re.compile(r"(?<![a-z])(?:keys?|tokens?|auth|webhook|apikey)(?![a-z])")
_ADDRESS = re.compile(r"(?<![a-z])(?:ur[li]s?|proxy|connection|conn|broker|endpoint)(?![a-z])")
_FEWEST = 8

_PATH = re.compile(r"(?:~|\.{1,2}|[A-Za-z]:)?[/\\](?:[a-z]{1,12}|[A-Z][a-z]{1,12}|\.[\w-]+)?(?:[/\\.].*)?", re.DOTALL)
_HOST = re.compile(r"(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,12}|\d+(?:\.\d+){3})\.?(?::\d{1,5})?")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SEVERAL = re.compile(r"[\s,;]+(?=[A-Za-z][A-Za-z0-9+.-]*://)")
_SETTING = re.compile(r"([\w ]+?)\s*=\s*('[^']*'|\"[^\"]*\"|[^;\s]+)")
"""`Server=db;Password=...`, and `host=db password=...` of libpq."""

Judgement = Literal["certain", "by look", "address", "no"]


def secret_variables(environment: Mapping[str, str], rules: RedactionRules) -> list[tuple[str, str]]:
    """Return the secret values in an environment, each with the name of its variable. One variable may have several."""
    found: list[tuple[str, str]] = []
    judged = _judged(rules)
    for name in environment:
        judgement = judged.get(name) or judged.setdefault(name, _judgement(name, rules))
        if judgement != "no":
            found += [(name, secret) for secret in _secrets(environment.get(name, ""), judgement, rules)]
    return found


@lru_cache(maxsize=64)
def _judged(_: RedactionRules) -> dict[str, Judgement]:
    """Return the remembered judgement of names: the environment is read with every interaction."""
    return {}


def _judgement(name: str, rules: RedactionRules) -> Judgement:
    if ("body", fold(name)) in rules.secret:
        return "certain"
    if name.upper() in _EXEMPT or rules.allows(name):
        return "no"
    lower, glued = name.lower(), fold(name).rstrip("0123456789")
    if _CERTAIN.search(lower) or glued.endswith(("secret", "password", "passwd", "connectionstring")):
        return "certain"
    if _BY_LOOK.search(lower) or glued.endswith(("token", "key", "signature")):
        return "by look"
    return "address" if _ADDRESS.search(lower) else "no"


@lru_cache(maxsize=1024)
def _secrets(value: str, judgement: Judgement, rules: RedactionRules) -> tuple[str, ...]:
    return tuple(_found(value.strip(), judgement, rules))


def _found(value: str, judgement: Judgement, rules: RedactionRules) -> Iterator[str]:
    if _URL.match(value):
        for url in _SEVERAL.split(value):
            yield from _of_url(url, rules, capability=judgement != "address")
    elif value.startswith("{"):
        yield from _of_json(value, rules)
    elif not _is_place(value):
        yield from _of_settings(value, rules)
        if judgement != "address" and (judgement == "certain" or looks_secret(value)):
            yield from _long_enough(value)


def _is_place(value: str) -> bool:
    """Return True for paths, names of files and of hosts."""
    if _PATH.fullmatch(value) or is_file_name(value):
        return True
    return _HOST.fullmatch(value) is not None and not looks_secret(value)


def _of_url(url: str, rules: RedactionRules, *, capability: bool) -> Iterator[str]:
    """Yield the password and the secret parameters of a URL.

    Of a `capability`, whose URL grants access by itself, other parts that look like a secret count too.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    user, _, password = parts.netloc.rpartition("@")[0].partition(":")
    yield from _long_enough(unquote(password))
    for name, value in parse_qsl(parts.query):
        rule = rules.rule("query", name)
        if rule is not None and rule.covers(value):
            yield from _long_enough(value)
    if capability:
        pieces = [user, *parts.path.split("/"), parts.fragment]
        yield from (piece for piece in map(unquote, pieces) if looks_secret(piece))


def _of_json(value: str, rules: RedactionRules) -> Iterator[str]:
    """Yield the values under secret names in a JSON object, such as the key of a service account."""
    try:
        document = json.loads(value)
    except (ValueError, RecursionError):
        return
    open_items = [document]
    while open_items:
        item = open_items.pop()
        if isinstance(item, list):
            open_items += item
        elif isinstance(item, dict):
            open_items += item.values()
            for name, inner in item.items():
                rule = rules.rule("body", name)
                if rule is not None and isinstance(inner, str) and rule.covers(inner):
                    yield from _long_enough(inner)


def _of_settings(value: str, rules: RedactionRules) -> Iterator[str]:
    for name, setting in _SETTING.findall(value):
        rule, inner = rules.rule("body", name), setting.strip("'\"")
        if rule is not None and rule.covers(inner):
            yield from _long_enough(inner)


def _long_enough(value: str) -> Iterator[str]:
    if len(value) >= _FEWEST and fold(value) not in COMMON_VALUES:
        yield value
