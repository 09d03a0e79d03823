"""The URLs that an option means."""

from __future__ import annotations

import pytest

from playhead.matching.hosts import compile_hosts, compile_origins


@pytest.mark.parametrize(
    ("pattern", "url", "fits"),
    [
        ("api.test", "https://api.test/x", True),
        ("API.test", "https://api.test/x", True),
        ("api.test", "https://my-api.test/x", False),
        ("*.sentry.io", "https://o1.sentry.io/x", True),
        ("*.sentry.io", "https://sentry.io/x", False),
        ("localhost:9200", "http://localhost:9200/x", True),
        ("localhost:9200", "http://localhost:9201/x", False),
        ("api.test:443", "https://api.test/x", True),
        ("api.test", "https://API.test/x", True),
        ("https://api.test", "https://api.test/x", True),
        ("https://api.test", "https://api.testing/x", False),
        ("HTTPS://API.test:443/", "https://api.test/x", True),
        ("https://api.test/A", "https://api.test/A/b", True),
        ("https://api.test/A", "https://api.test/a/b", False),
        ("http://api.test:8080/a*", "http://api.test:8080/abc", True),
    ],
)
def test_hosts_and_urls(pattern: str, url: str, fits: bool) -> None:
    assert compile_hosts([pattern])(url) is fits


def test_no_pattern_means_no_host() -> None:
    assert compile_hosts([])("https://api.test/x") is False


@pytest.mark.parametrize(
    ("base", "url", "stored"),
    [
        ("https://api.test", "https://api.test/x?y=1", "origin://users/x?y=1"),
        ("https://api.test/v1/", "https://api.test/v1/x", "origin://users/x"),
        ("https://api.test/v1", "https://api.test/v10/x", "https://api.test/v10/x"),
        ("https://api.test", "https://api.test", "origin://users/"),
        ("Https://API.test:443/V1", "https://api.test/V1/x", "origin://users/x"),
        ("http://Https.test:80", "http://https.test/x", "origin://users/x"),
        ("http://api.test:8080", "http://api.test:8080/x", "origin://users/x"),
        ("http://Ada:Secret@API.test", "http://Ada:Secret@api.test/x", "origin://users/x"),
    ],
)
def test_origins(base: str, url: str, stored: str) -> None:
    assert compile_origins({"users": base})(url) == stored


def test_the_longest_base_gives_the_name() -> None:
    named = compile_origins({"all": "http://a.test", "users": "http://a.test/users"})
    assert [named(f"http://a.test{path}") for path in ("/users/1", "/x")] == ["origin://users/1", "origin://all/x"]
