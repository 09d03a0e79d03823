"""The targets of recorded requests: which recorded origin each `--to` stands for, and the live URL of a recorded one.

An origin is scheme, host and port. A service on loopback gets another port in every run, so all ports of a loopback
host are one origin, unless one cassette talks to several of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from playhead.errors import UsageError
from playhead.matching.hosts import compile_hosts
from playhead.text.hosts import is_loopback, service_host

__all__ = ["Targets", "origin_of", "targets_of"]

_TO = re.compile(r"(?:(?P<base>[^?#]+?)=)?(?P<url>https?://[^/?#\s]+[^?#\s]*)")


@dataclass(frozen=True, slots=True)
class Targets:
    """Base URLs by what they stand for.

    Attributes:
        named: By a recorded base URL, a host or the name of an origin.
        default: The base URL of the recorded origins in `origins`.
    """

    named: tuple[tuple[str, str], ...]
    default: str = ""
    origins: frozenset[str] = frozenset()
    allowed: tuple[str, ...] = ()

    def live(self, url: str) -> str | None:
        """Return the live URL of a recorded one, or `None` if nothing stands for its origin."""
        for base, to in self.named:
            rest = _rest(url, base)
            if rest is not None:
                return to + rest
        if self.default and self.origins & {origin_of(url), _folded(url)}:
            return self.default + _rest_of_origin(url)
        return None

    def allows(self) -> Callable[[str], bool]:
        """Return a predicate on live URLs: only the hosts of the targets, and those that were allowed besides."""
        hosts = {urlsplit(to).netloc.rpartition("@")[2].lower() for _, to in self.named}
        hosts |= {urlsplit(self.default).netloc.lower()} if self.default else set()
        further = compile_hosts(self.allowed)
        return lambda url: urlsplit(url).netloc.lower() in hosts or further(url)


def targets_of(options: Sequence[str], recorded: Iterable[Sequence[str]], allowed: Iterable[str] = ()) -> Targets:
    """Read the `--to` options; `recorded` has the URLs of each cassette. UsageError if that is not clear."""
    parsed = [_parsed(text) for text in options]
    named = sorted(((base, to) for base, to in parsed if base), key=lambda pair: -len(pair[0]))
    defaults = [to for base, to in parsed if not base]
    if len(defaults) > 1:
        raise UsageError(f"--to {defaults[0]} and --to {defaults[1]}: say what each stands for, as --to RECORDED=URL.")
    targets = Targets(tuple(named), allowed=tuple(allowed))
    if not defaults:
        return targets
    left = _origins(recorded, targets)
    origins = _meant(defaults[0], left)
    return Targets(targets.named, defaults[0], origins, targets.allowed)


def origin_of(url: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _parsed(text: str) -> tuple[str, str]:
    if "@" in text:
        raise UsageError("A --to has credentials in its URL: leave them out, and give --header 'authorization=...'.")
    found = _TO.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--to {text} is not a target: write --to URL, or --to RECORDED=URL, where URL has no query.")
    try:
        httpx.URL(found["url"])
        urlsplit(found["base"] or "")
    except (httpx.InvalidURL, ValueError) as error:
        raise UsageError(f"--to {text} has no URL that could be sent to ({error}).") from None
    return (found["base"] or "").rstrip("/"), found["url"].rstrip("/")


def _origins(recorded: Iterable[Sequence[str]], targets: Targets) -> Mapping[str, str]:
    """Return the recorded origins that no named target stands for: what each counts as."""
    by_cassette = [{origin_of(url) for url in urls if targets.live(url) is None} for urls in recorded]
    apart = {
        service for origins in by_cassette for service, ports in Counter(map(_folded, origins)).items() if ports > 1
    }
    every = {origin for origins in by_cassette for origin in origins}
    return {each: each if _folded(each) in {"", *apart} else _folded(each) for each in sorted(every)}


def _meant(to: str, origins: Mapping[str, str]) -> frozenset[str]:
    """Return the recorded origins that a lone `--to URL` stands for: its own if it is among them, else the only one."""
    kinds = set(origins.values())
    own = _folded(to) if _folded(to) in kinds else origin_of(to)
    if own in kinds:
        return frozenset({own})
    if len(kinds) > 1:
        first, *others = (origin for origin in origins)
        raise UsageError(
            f"The recordings talk to {first} and {', '.join(others[:3])}: say which of them {to} stands for, with "
            f"--to {first}={to}"
        )
    return frozenset(kinds)


def _rest(url: str, base: str) -> str | None:
    """Return what comes after a base URL, a host, or the name of an origin."""
    if "://" not in base:
        if urlsplit(url).netloc.lower() != base.lower() and (urlsplit(url).hostname or "") != base.lower():
            return None
        return _rest_of_origin(url)
    if not (url == base or (url.startswith(base) and url[len(base)] in "/?#")):
        return None
    return url[len(base) :]


def _rest_of_origin(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _folded(url: str) -> str:
    """Return what stands for all ports of a loopback host, and an empty text for other hosts."""
    name = urlsplit(url).hostname or ""
    return f"{service_host(name)} on any port" if is_loopback(name) else ""
