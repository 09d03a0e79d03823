"""What pytest loads in every run: options, marker and fixtures, and the question whether any test needs the rest.

Only the standard library and pytest are imported here. A run that uses no cassette pays for this module, and for one
look at each collected test.
"""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from playhead.errors import PlayheadError
from playhead.pytest_plugin.keys import COLLIDING, STATE, State
from playhead.pytest_plugin.packages import in_suite, may_be_virtual
from playhead.settings.surroundings import SURROUNDINGS, current_origin, enter_run, leave_run

if TYPE_CHECKING:
    from playhead.deck.deck import Deck
    from playhead.deck.session import Session
    from playhead.pytest_plugin.run import Run

__all__: list[str] = []

MODES = ("none", "missing", "new", "all")


class _Record(argparse.Action):
    """`--record` takes its value only after `=`, so that in `pytest --record tests/` tests/ is a path: each spelling is
    an option of its own."""

    def __init__(self, option_strings: Sequence[str], dest: str, **rest: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, help=rest.get("help"))

    def __call__(self, _parser: object, namespace: object, _values: object, option: str | None = None) -> None:
        _, equals, mode = (option or "").partition("=")
        setattr(namespace, self.dest, mode if equals else "missing")


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """`--record`, `--timing` and `--fail-on`."""
    group = parser.getgroup("playhead", "playhead: record and replay")
    group.addoption(
        "--record",
        *(f"--record={mode}" for mode in MODES),
        action=_Record,
        dest="playhead_record",
        help="record cassettes: those that are missing (the default), what is new, or all; none only replays",
    )
    if others := _other_modes(pluginmanager):
        group.addoption(*others, action=_Record, dest="playhead_record", help=argparse.SUPPRESS)
    group.addoption(
        "--timing",
        dest="playhead_timing",
        metavar="SPEED",
        help="replay at once (instant), as recorded, faster (10x), or in virtual time",
    )
    group.addoption(
        "--fail-on",
        dest="playhead_fail_on",
        choices=("breaking", "risky", "compatible", "never"),
        default="never",
        help="fail a run with --record=all if what it replaced has drifted, by severity; never is the default",
    )


def _other_modes(pluginmanager: pytest.PytestPluginManager) -> list[str]:
    """What is given with `--record=` and is no mode: it is read like one, to be answered with the modes there are.

    argparse would say that it ignored an explicit argument. The options come from where pytest takes them.
    """
    config: pytest.Config | None = pluginmanager.get_plugin("pytestconfig")
    if config is None:
        return []
    given = [*map(str, config.invocation_params.args), *shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))]
    given += config.getini("addopts")
    return sorted({each for each in given if each.startswith("--record=") and each[9:] not in MODES})


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
    given = {name: _option(config, f"playhead_{name}") for name in ("record", "timing")}
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


def _option(config: pytest.Config, name: str) -> str | None:
    """An option from the command line, also before all of it has been read."""
    early: str | None = getattr(config.known_args_namespace, name, None)
    return config.getoption(name, None) if early is None else early


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
    state = config.stash[STATE]
    if state.run is None:
        from playhead.pytest_plugin.run import Run

        state.run = Run(config, state)
        config.pluginmanager.register(state.run, "playhead-run")
    return state.run
