"""The part of the plugin that pytest loads in every run: options, marker, fixtures, and the hooks that find tests.

The rest is imported when a test is on a cassette. A run without one pays for this module, and for a look at each
collected test.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from playhead.pytest_plugin.keys import COLLIDING, STATE, State
from playhead.pytest_plugin.options import add_options, given_option
from playhead.pytest_plugin.packages import has_settings, in_suite, may_be_virtual, names_compat
from playhead.settings.surroundings import SURROUNDINGS, current_origin, enter_run, leave_run

if TYPE_CHECKING:
    from playhead.deck.deck import Deck
    from playhead.deck.session import Session
    from playhead.pytest_plugin.run import Run

__all__: list[str] = []

RUN = pytest.StashKey["Run"]()
"""The hooks that are registered once a test is on a cassette."""


class _Worker(Protocol):
    """A worker of xdist, as the main process sees it."""

    config: pytest.Config
    workerinput: dict[str, object]


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add `--record`, `--timing` and `--fail-on`; and another tool's options, if the settings name one."""
    add_options(parser, pluginmanager)
    config: pytest.Config | None = pluginmanager.get_plugin("pytestconfig")
    if config is not None and names_compat(config):
        from playhead.pytest_plugin.settings import load_compat

        load_compat(config)


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
    """Note names that would be the same file on some systems, before any are deselected."""
    report = yield
    names = {child.name for child in report.result or ()}
    if len({name.lower() for name in names}) < len(names):
        from playhead.pytest_plugin.names import colliding

        collector.stash[COLLIDING] = colliding(sorted(names))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> Generator[None, object, object]:
    """Prepare a test for virtual time before the async plugins look at it.

    A wrapper comes first in whatever order the plugins were loaded.
    """
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
    """Load the rest of the plugin if a test is on a cassette."""
    on_cassette = [item for item in session.items if _on_cassette(item)]
    if on_cassette or _is_configured(session):
        _bring_in(session.config).expect(on_cassette)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: _Worker) -> None:
    """Tell a worker of xdist when the run began."""
    node.workerinput["playhead_began_s"] = node.config.stash[STATE].began_s


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: _Worker) -> None:
    """Add the counts of a worker of xdist that has finished."""
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
    """Show an error of usage at the line of the user's own code."""
    errors = sys.modules.get("playhead.errors")  # where nobody has loaded it, no error is of its classes
    if call.excinfo is not None and errors is not None and isinstance(call.excinfo.value, errors.PlayheadError):
        from playhead.pytest_plugin.usage import shortened

        call.excinfo = shortened(item, call.excinfo)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, object, object]:
    """Fail a run that would have passed, for one of three reasons.

    New recordings have drifted as far as `--fail-on` says; workers of xdist recorded one fixture differently; or a
    shared cassette could not be written.
    """
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
    """Print the summary, if there is something to tell."""
    tally = config.stash[STATE].tally
    if tally is not None:
        from playhead.pytest_plugin.summary import summarise

        summarise(tally, terminalreporter)


@pytest.fixture(scope="session")
def playhead_config() -> Mapping[str, object]:
    """Options of cassettes, by the names that `playhead.use_cassette` has. Override it to set some for your tests."""
    return {}


@pytest.fixture
def deck(request: pytest.FixtureRequest) -> Deck:
    """Return the deck of this test's cassette."""
    return _bring_in(request.config).deck_of(request)


def _begin(config: pytest.Config) -> None:
    """Begin a run, and read the settings if there may be some."""
    if STATE in config.stash:
        return
    surroundings = enter_run(config.rootpath, partial(_count, config), partial(_locate, config))
    state = config.stash[STATE] = State(surroundings)
    config.add_cleanup(lambda: _end(state))  # runs even if the configuration fails
    given = {name: given_option(config, f"playhead_{name}") for name in ("record", "timing")}
    if any(each is not None for each in given.values()) or has_settings(config):
        from playhead.pytest_plugin.settings import begin

        begin(given, state)


def _end(state: State) -> None:
    """Undo what `_begin` has set."""
    for name in state.replay_env:
        os.environ.pop(name, None)
    leave_run(state.before)


def _count(config: pytest.Config, deck: Session, written: bool) -> None:
    """Count a deck that a test has opened and closed itself."""
    if deck.misses:
        from playhead.apart import apart
        from playhead.pytest_plugin.explaining import explain

        apart(lambda: explain(config, deck))
    _bring_in(config).tally.add(deck, current_origin() or deck.name, written=written)


def _locate(config: pytest.Config, path: Path, origin: str | None) -> tuple[Path, str | None]:
    """Return the cassette for a relative path given by a test: in a workspace it stands below the test's package."""
    _bring_in(config)  # which says where what is parsed is kept
    item = config.stash[STATE].item
    if item is None or current_origin() is None:
        return config.rootpath / path, origin
    from playhead.pytest_plugin.roots import roots_of

    module = item.nodeid.partition("::")[0]
    where = roots_of(config).locate(item.path, module, lambda root, _: root / path)
    if origin is not None and origin.startswith(f"{module}::"):
        origin = where.module + origin.removeprefix(module)
    return where.path, origin


def _on_cassette(item: pytest.Item) -> bool:
    if in_suite(item):
        return True
    if "cassette" not in item.keywords and "deck" not in getattr(item, "fixturenames", ()):
        return False
    from playhead.pytest_plugin.internals import on_cassette

    return on_cassette(item)


def _is_configured(session: pytest.Session) -> bool:
    """Return True if a test may see a `playhead_config` other than ours: `use_cassette` asks for it."""
    definitions = session._fixturemanager.getfixturedefs  # noqa: SLF001
    parents = {item.parent for item in session.items if item.parent is not None}
    return any(len(definitions("playhead_config", parent) or ()) > 1 for parent in parents)


def _bring_in(config: pytest.Config) -> Run:
    if RUN not in config.stash:
        from playhead.pytest_plugin.run import Run

        run = config.stash[RUN] = Run(config, config.stash[STATE])
        config.pluginmanager.register(run, "playhead-run")
    return config.stash[RUN]
