"""The private names of pytest and unittest that are touched."""

from __future__ import annotations

from playhead.private.row import PrivateNames

__all__ = ["MOCKS", "RUNNERS"]

_FIXTURES = "Fixture recordings and misses of fixtures raise AttributeError."
_MOCKS = "Doubles raise AttributeError or KeyError when they are called."

RUNNERS = (
    PrivateNames(
        "pytest.Function",
        ("_request", "_fixtureinfo"),
        "pytest 8.2",
        ("pytest_plugin.internals",),
        "The fixtures of a test: its request asks for more, and its closure tells which of them outlive it.",
        "Tests on a cassette get neither their `playhead_config` nor cassettes for their wider fixtures.",
    ),
    PrivateNames(
        "_pytest.fixtures.FuncFixtureInfo",
        ("name2fixturedefs",),
        "pytest 8.2",
        ("pytest_plugin.internals",),
        "The definitions behind the names of a test's fixtures.",
        _FIXTURES,
    ),
    PrivateNames(
        "pytest.FixtureRequest",
        ("_pyfuncitem",),
        "pytest 8.2",
        ("pytest_plugin.internals",),
        "The test for which a wide fixture is being set up; the public `node` is a module or session there.",
        _FIXTURES,
    ),
    PrivateNames(
        "pytest.Session",
        ("_fixturemanager",),
        "pytest 8.2",
        ("pytest_plugin.internals", "pytest_plugin.plugin"),
        "The fixtures of a suite by name, without setting them up.",
        "The plugin raises AttributeError after collection.",
    ),
    PrivateNames(
        "_pytest.fixtures.FixtureManager",
        ("getfixturedefs",),
        "pytest 8.2",
        ("pytest_plugin.internals", "pytest_plugin.plugin"),
        "The fixtures of a suite by name, without setting them up.",
        "The plugin raises AttributeError after collection.",
    ),
    PrivateNames(
        "pytest.FixtureDef",
        ("_finalizers",),
        "pytest 8.2",
        ("pytest_plugin.internals",),
        "The finalizers that a fixture adds in its setup are wrapped, so that their requests go to its cassette too.",
        _FIXTURES,
    ),
    PrivateNames(
        "pytest.FixtureDef",
        ("cached_result", "cache_key"),
        "pytest 8.2",
        ("pytest_plugin.internals",),
        "An error from around a fixture's setup is kept as its own; the teardown of pytest relies on that.",
        _FIXTURES,
    ),
    PrivateNames(
        "pytest.FixtureDef",
        ("cached_result",),
        "pytest 8.2",
        ("pytest_plugin.virtual",),
        "The value of `anyio_backend` is replaced by one with the virtual loop.",
        "Tests of anyio's plugin in virtual time raise AttributeError.",
    ),
    PrivateNames(
        "pytest's packages",
        ("_pytest",),
        "pytest 8.2",
        ("guard.unrecorded", "pytest_plugin.fixture_decks"),
        "Fixtures and frames of pytest itself are told from the suite's by the name of their package.",
        "pytest's own fixtures are looked at as the suite's.",
    ),
    PrivateNames(
        "unittest.TestCase",
        ("_outcome",),
        "CPython 3.11",
        ("use.decorate_class",),
        "Whether a test has passed, before it is over: an unfinished recording of a failed test is not an error.",
        "A failed test of a decorated `TestCase` is reported as passed to its deck.",
    ),
    PrivateNames(
        "unittest.case._Outcome",
        ("success", "expectedFailure"),
        "CPython 3.11",
        ("use.decorate_class",),
        "The two facts that are asked for.",
        "Closing the deck of a decorated `TestCase` raises AttributeError.",
    ),
)

MOCKS = (
    PrivateNames(
        "unittest.mock.NonCallableMock",
        ("_mock_return_value", "_mock_wraps", "_mock_sealed", "_spec_class", "_get_child_mock"),
        "CPython 3.11",
        ("doubles.member", "doubles.mocks"),
        "Doubles are mocks with members of their own kind; what a test has set on a mock comes before the recording.",
        _MOCKS,
    ),
    PrivateNames(
        "unittest.mock.CallableMixin",
        ("_mock_side_effect", "_execute_mock_call", "_increment_mock_call"),
        "CPython 3.11",
        ("doubles.member",),
        "A call that no test has configured goes straight to the recording, in far fewer steps.",
        _MOCKS,
    ),
    PrivateNames(
        "unittest.mock.NonCallableMock",
        (
            "_mock_called",
            "_mock_call_count",
            "_mock_call_args",
            "_mock_call_args_list",
            "_mock_mock_calls",
            "_mock_name",
            "_mock_new_name",
            "_mock_new_parent",
        ),
        "CPython 3.11",
        ("doubles.member",),
        "A member notes its calls in fewer steps, on itself and on its double.",
        _MOCKS,
    ),
    PrivateNames(
        "unittest.mock.AsyncMockMixin",
        ("_mock_await_count", "_mock_await_args", "_mock_await_args_list"),
        "CPython 3.11",
        ("doubles.member",),
        "That shorter way counts the awaits, as `AsyncMock` does.",
        _MOCKS,
    ),
    PrivateNames(
        "unittest.mock.NonCallableMock.__init__",
        ("_new_name", "_new_parent", "_spec_as_instance", "_eat_self"),
        "CPython 3.11",
        ("doubles.member", "doubles.mocks"),
        "Arguments by which a mock knows that it is the result or the child of another one.",
        "Making a double raises TypeError.",
    ),
    PrivateNames(
        "unittest.mock",
        ("_Call",),
        "CPython 3.11",
        ("doubles.member",),
        "The class of the calls that assertions compare, made with `two=True`.",
        _MOCKS,
    ),
)
