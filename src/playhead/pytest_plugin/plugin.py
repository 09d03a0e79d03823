"""What pytest loads in every run: options, marker and fixtures, and the question whether any test needs the rest.

Only the standard library and pytest are imported here. A run that uses no cassette pays for this module, and for one
look at each collected test.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from playhead.errors import PlayheadError
from playhead.pytest_plugin.keys import COLLIDING, STATE, State
from playhead.pytest_plugin.options import add_options, given_option
from playhead.pytest_plugin.packages import in_suite, may_be_virtual
from playhead.settings.surroundings import SURROUNDINGS, current_origin, enter_run, leave_run

if TYPE_CHECKING:
    from playhead.deck.deck import Deck
    from playhead.deck.session import Session
    from playhead.pytest_plugin.run import Run

__all__: list[str] = []

RUN = pytest.StashKey["Run"]()
"""The hooks that are registered once a test is on a cassette."""


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add `--record`, `--timing` and `--fail-on`."""
    add_options(parser, pluginmanager)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Set the environment for replaying before any conftest builds a client."""
    _begin(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers", "cassette(name=None, **options): put the test on a cassette; options as for playhead.use_cassette"
    )
    _begin(config)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Note names that would be one file on some systems, before any are deselected."""
    report = yield
    names = {child.name for child in report.result or ()}
    if len({name.lower() for name in names}) < len(names):
        from playhead.pytest_plugin.names import colliding

        collector.stash[COLLIDING] = colliding(sorted(names))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> Generator[None, object, object]:
    """Make ready for virtual time before the async plugins look at a test that wants it: a wrapper comes first in
    whatever order the plugins were loaded."""
    try:
        virtual = may_be_virtual(metafunc.definition)
    except pytest.UsageError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    if virtual or metafunc.definition.get_closest_marker("cassette") is not None:
        from playhead.pytest_plugin.virtual import prepare

        prepare(metafunc)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Bring in the rest if a test is on a cassette."""
    on_cassette = [item for item in session.items if _on_cassette(item)]
    if on_cassette or _is_configured(session):
        _bring_in(session.config).expect(on_cassette)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker of xdist starts: it learns when the run began."""
    node.workerinput["playhead_began_s"] = node.config.stash[STATE].began_s


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of xdist is done: what it tells is merged."""
    told = getattr(node, "workeroutput", {}).get("playhead")
    if told:
        from playhead.pytest_plugin.tally import Tally

        state = node.config.stash[STATE]
        state.tally = state.tally or Tally()
        state.tally.merge(told)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note the test that runs."""
    item.config.stash[STATE].item = item
    SURROUNDINGS.folder = item.path.parent


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """An error of usage is shown with the person's own line."""
    if call.excinfo is not None and isinstance(call.excinfo.value, PlayheadError):
        from playhead.pytest_plugin.usage import shortened

        call.excinfo = shortened(item, call.excinfo)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """A run that would have passed fails if what it has recorded afresh has drifted, and `--fail-on` asks for that; if
    workers of xdist recorded one fixture differently; and if a shared cassette could not be written."""
    result = yield
    passed = session.exitstatus == pytest.ExitCode.OK and not hasattr(session.config, "workerinput")
    if passed and _fails(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return result


def _fails(config: pytest.Config) -> bool:
    level, tally = config.getoption("playhead_fail_on"), config.stash[STATE].tally
    if tally is None:
        return False
    if tally.unwritten or (tally.fixtures is not None and tally.fixtures.conflicts):
        return True
    return level != "never" and tally.rerecorded is not None and tally.rerecorded.fails(level)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """A line per kind of what happened, if anything did."""
    tally = config.stash[STATE].tally
    if tally is not None:
        from playhead.pytest_plugin.summary import summarise

        summarise(tally, terminalreporter)


@pytest.fixture(scope="session")
def playhead_config() -> Mapping[str, object]:
    """Options for the tests that see this fixture, by name as for `playhead.use_cassette`: override it."""
    return {}


@pytest.fixture
def deck(request: pytest.FixtureRequest) -> Deck:
    """The deck of this test's cassette."""
    return _bring_in(request.config).deck_of(request)


def _begin(config: pytest.Config) -> None:
    """Read the settings, unless it is plain that there are none."""
    if STATE in config.stash:
        return
    surroundings = enter_run(
        config.rootpath,
        lambda deck, written: _count(config, deck, written),
        lambda path, origin: _locate(config, path, origin),
    )
    state = config.stash[STATE] = State(surroundings)
    config.add_cleanup(lambda: _end(state))  # which runs also where the configuration fails
    given = {name: given_option(config, f"playhead_{name}") for name in ("record", "timing")}
    if any(each is not None for each in given.values()) or _has_settings(config):
        from playhead.pytest_plugin.settings import begin

        begin(given, state)


def _end(state: State) -> None:
    """Take back what was set for the run."""
    for name in state.replay_env:
        os.environ.pop(name, None)
    leave_run(state.before)


def _count(config: pytest.Config, deck: Session, written: bool) -> None:
    """A test has closed a deck of its own: it belongs into the summary too."""
    if deck.misses:
        from playhead.apart import apart
        from playhead.pytest_plugin.explaining import explain

        apart(lambda: explain(config, deck))
    _bring_in(config).tally.add(deck, current_origin() or deck.name, written=written)


def _locate(config: pytest.Config, path: Path, origin: str | None) -> tuple[Path, str | None]:
    """The cassette that a test gives by a relative path: in a workspace it stands below the test's package."""
    item = config.stash[STATE].item
    if item is None or current_origin() is None:
        return config.rootpath / path, origin
    from playhead.pytest_plugin.roots import roots_of

    module = item.nodeid.partition("::")[0]
    where = roots_of(config).locate(item.path, module, lambda root, _: root / path)
    if origin is not None and origin.startswith(f"{module}::"):
        origin = where.module + origin.removeprefix(module)
    return where.path, origin


def _has_settings(config: pytest.Config) -> bool:
    if any(name.startswith("PLAYHEAD_") for name in os.environ):
        return True
    for folder in (config.rootpath, *config.rootpath.parents):
        if (path := folder / "pyproject.toml").is_file():
            text = path.read_bytes()
            return b"tool.playhead" in text or (b"[tool]" in text and b"playhead" in text)
    return False


def _on_cassette(item: pytest.Item) -> bool:
    if in_suite(item):
        return True
    if "cassette" not in item.keywords and "deck" not in getattr(item, "fixturenames", ()):
        return False
    from playhead.pytest_plugin.internals import on_cassette

    return on_cassette(item)


def _is_configured(session: pytest.Session) -> bool:
    """Whether anyone has a `playhead_config` of their own, which `use_cassette` asks for."""
    definitions = session._fixturemanager.getfixturedefs  # noqa: SLF001
    parents = {item.parent for item in session.items if item.parent is not None}
    return any(len(definitions("playhead_config", parent) or ()) > 1 for parent in parents)


def _bring_in(config: pytest.Config) -> Run:
    if RUN not in config.stash:
        from playhead.pytest_plugin.run import Run

        run = config.stash[RUN] = Run(config, config.stash[STATE])
        config.pluginmanager.register(run, "playhead-run")
    return config.stash[RUN]
