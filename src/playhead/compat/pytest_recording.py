"""A plugin for suites of pytest-recording: `pytest -p playhead.compat.pytest_recording` runs them as they stand.

It has pytest-recording's markers, fixtures, options and hook, on `playhead.compat.vcr`. pytest-recording itself is
blocked, since its options are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest

from playhead.compat.blocking import blocked_network
from playhead.errors import UsageError

__all__: list[str] = []

RECORD_MODES = ("once", "new_episodes", "none", "all", "rewrite")
RIVAL = "recording"
"""The name under which pytest-recording registers itself."""


class _Hooks:
    """The hook that pytest-recording has."""

    @pytest.hookspec
    def pytest_recording_configure(self, config: pytest.Config, vcr: Any) -> None:
        """Configure the `VCR` of a test, before its cassette is opened."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add pytest-recording's options, and keep itself away."""
    pluginmanager.set_blocked(RIVAL)
    _add_options(parser)
    if not hasattr(pluginmanager.hook, "pytest_recording_configure"):
        pluginmanager.add_hookspecs(_Hooks)


def _add_options(parser: pytest.Parser) -> None:
    """Add the options. Where pytest-recording came before us, as it may where the settings name it, they are there."""
    group = parser.getgroup("playhead: pytest-recording")
    options: dict[str, dict[str, Any]] = {
        "--record-mode": {"default": None, "choices": RECORD_MODES, "help": "vcrpy's record mode; none by default"},
        "--block-network": {"action": "store_true", "help": "refuse connections, but for recording"},
        "--allowed-hosts": {"help": "regular expressions of hosts to let through, with commas"},
        "--disable-recording": {"action": "store_true", "help": "use no cassettes"},
    }
    for name, how in options.items():
        with suppress(ValueError):
            group.addoption(name, **how)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; pytest-vcr has a marker and a fixture of the same name."""
    if config.pluginmanager.has_plugin("vcr"):
        raise pytest.UsageError("playhead: pytest-vcr is loaded too, whose marker is the same: add -p no:vcr.")
    for line in (
        "vcr(*paths, **options): put the test on a cassette of vcrpy; options as for vcr.use_cassette",
        "block_network(allowed_hosts=None): refuse connections, but for recording",
        "default_cassette(name): another name for the test's cassette",
        "allowed_hosts(hosts): regular expressions of hosts to let through",
    ):
        config.addinivalue_line("markers", line)


def pytest_report_header() -> str:
    """Say whose plugin runs the suite."""
    return "playhead: cassettes of pytest-recording are played by playhead.compat; the plugin itself is blocked"


@pytest.fixture(scope="session")
def record_mode(request: pytest.FixtureRequest) -> str:
    """Return the record mode of the run."""
    return request.config.getoption("--record-mode") or "none"


@pytest.fixture(scope="session")
def disable_recording(request: pytest.FixtureRequest) -> bool:
    """Return True if no cassettes are used."""
    return bool(request.config.getoption("--disable-recording"))


@pytest.fixture
def vcr_config() -> dict[str, Any]:
    """Return the options of cassettes, as for vcr.use_cassette. Override it to set some for your tests."""
    return {}


@pytest.fixture(scope="module")
def vcr_cassette_dir(request: pytest.FixtureRequest) -> str:
    """Return the folder of a module's cassettes."""
    module = request.path
    return str(module.parent / "cassettes" / module.stem)


@pytest.fixture
def default_cassette_name(request: pytest.FixtureRequest) -> str:
    """Return the name of a test's cassette, without a suffix."""
    from playhead.compat.recording_cassettes import default_name

    marker = request.node.get_closest_marker("default_cassette")
    if marker is None:
        return default_name(request.cls, request.node.name)
    if not marker.args:
        raise UsageError('@pytest.mark.default_cassette names no cassette: write default_cassette("name.yaml").')
    name: str = marker.args[0]
    return name


@pytest.fixture
def vcr_markers(request: pytest.FixtureRequest) -> list[pytest.Mark]:
    """Return the `vcr` markers of a test, the nearest first."""
    return list(request.node.iter_markers(name="vcr"))


@pytest.fixture
def allowed_hosts(request: pytest.FixtureRequest) -> Sequence[str]:
    """Return regular expressions of hosts that may be reached while the network is blocked."""
    marker = request.node.get_closest_marker("block_network")
    given = (
        (marker.kwargs if marker is not None else {}).get("allowed_hosts")
        or request.config.getoption("--allowed-hosts")
        or request.getfixturevalue("vcr_config").get("allowed_hosts")
        or ()
    )
    return given.split(",") if isinstance(given, str) else given


@pytest.fixture(autouse=True)
def block_network(request: pytest.FixtureRequest, record_mode: str, vcr_markers: list[pytest.Mark]) -> Iterator[None]:
    """Close the network for a test that asks for it, unless it records."""
    marker = request.node.get_closest_marker("block_network")
    if marker is not None:
        _expect_hosts(marker)
    if not (marker or request.config.getoption("--block-network")):
        yield
        return
    if vcr_markers and request.config.getoption("--record-mode") is None:
        from playhead.compat.recording_cassettes import merged_options

        record_mode = merged_options(request.getfixturevalue("vcr_config"), vcr_markers).get("record_mode", "none")
    closed = not vcr_markers or record_mode == "none"
    with blocked_network(request.getfixturevalue("allowed_hosts")) if closed else nullcontext():
        yield


@pytest.fixture(autouse=True)
def vcr(request: pytest.FixtureRequest, vcr_markers: list[pytest.Mark], disable_recording: bool) -> Iterator[Any]:
    """Return the cassette of a test that is marked with `vcr`, while it is in effect; `None` for any other test."""
    if disable_recording or not vcr_markers:
        yield None
        return
    if request.node.get_closest_marker("cassette") is not None or "deck" in request.fixturenames:
        raise UsageError(
            f"{request.node.nodeid} is on a cassette of playhead and on one of vcrpy: take away one of the markers."
        )
    from playhead.compat.recording_cassettes import cassette_for

    used = cassette_for(
        request.getfixturevalue("default_cassette_name"),
        str(Path(request.getfixturevalue("vcr_cassette_dir"))),
        request.getfixturevalue("record_mode"),
        vcr_markers,
        _config(request),
        request.config,
    )
    with used as cassette:
        yield cassette


def _config(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    config: Mapping[str, Any] = request.getfixturevalue("vcr_config")
    return {name: value for name, value in config.items() if name != "allowed_hosts"}


def _expect_hosts(marker: pytest.Mark) -> None:
    if marker.args or not set(marker.kwargs) <= {"allowed_hosts"}:
        raise UsageError(
            "Invalid arguments to `block_network`. It accepts only the following keyword arguments: `allowed_hosts`. "
            f"Got args: {marker.args!r}; kwargs: {marker.kwargs!r}"
        )
