"""URLs that an option means: `passthrough` and `discard` take URLs and host patterns, `origins` names base URLs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from playhead.text.urls import DEFAULT_PORTS

__all__ = ["compile_hosts", "compile_origins"]


def compile_hosts(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return a predicate on URLs.

    A pattern is a host (`"api.test"`, `"*.sentry.io"`, `"localhost:9200"`) or the beginning of a URL
    (`"http://127.0.0.1:9200/_cluster"`). In either, `*` stands for any text.
    """
    hosts = [pattern.lower() for pattern in patterns if "://" not in pattern]
    prefixes = [_with_path(pattern) for pattern in patterns if "://" in pattern]
    if not hosts and not prefixes:
        return lambda _: False

    def matches(url: str) -> bool:
        split = urlsplit(url)
        host = split.hostname or ""
        names = (host, f"{host}:{split.port or DEFAULT_PORTS.get(split.scheme, 0)}")
        if any(fnmatchcase(name, pattern) for pattern in hosts for name in names):
            return True
        return any(_begins(url, prefix) for prefix in prefixes)

    return matches


def compile_origins(origins: Mapping[str, str] | None) -> Callable[[str], str]:
    """Return a function that rewrites live URLs below a named base URL to `origin://NAME/rest`.

    It leaves all other URLs alone.
    """
    if not origins:
        return lambda url: url
    bases = sorted(
        ((_spelled(base).rstrip("/"), name) for name, base in origins.items()), key=lambda pair: -len(pair[0])
    )

    def named(url: str) -> str:
        for base, name in bases:
            if _begins(url, base):
                rest = url[len(base) :]
                return f"origin://{name}{rest if rest.startswith('/') else '/' + rest}"
        return url

    return named


def _with_path(pattern: str) -> str:
    return _spelled(pattern.rstrip("/") if urlsplit(pattern).path in ("", "/") else pattern)


def _spelled(url: str) -> str:
    """Return a URL as clients send it: scheme and host in lower case, without the default port."""
    split = urlsplit(url)
    user, at, host = split.netloc.rpartition("@")
    host = host.lower().removesuffix(f":{DEFAULT_PORTS.get(split.scheme, 0)}")
    return url.replace(f"{split.netloc}", f"{user}{at}{host}", 1).replace(url[: len(split.scheme)], split.scheme, 1)


def _begins(url: str, prefix: str) -> bool:
    """Return True if a URL lies at or below a prefix: `http://a/b` is below `http://a`, and `http://ab` is not."""
    if "*" in prefix:
        return fnmatchcase(url, prefix if prefix.endswith("*") else prefix + "*")
    return url == prefix or (url.startswith(prefix) and (prefix.endswith("/") or url[len(prefix)] in "/?#"))
