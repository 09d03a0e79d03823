"""The options `--record`, `--timing` and `--fail-on`."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Sequence

import pytest

from playhead.model.mode import Mode

__all__ = ["add_options", "given_option"]


class _Record(argparse.Action):
    """The action of `--record`.

    It takes its value only after `=`, so that `tests/` is a path in `pytest --record tests/`. To argparse each spelling
    is therefore an option of its own.
    """

    def __init__(self, option_strings: Sequence[str], dest: str, default: object = None, help: str = "") -> None:  # noqa: A002  # argparse's name
        super().__init__(option_strings, dest, nargs=0, default=default, help=help)

    def __call__(self, _parser: object, namespace: object, _values: object, option: str | None = None) -> None:
        _, equals, mode = (option or "").partition("=")
        setattr(namespace, self.dest, mode if equals else Mode.MISSING.value)


def add_options(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the options of playhead to those of pytest."""
    group = parser.getgroup("playhead", "playhead: record and replay")
    group.addoption(
        "--record",
        *(f"--record={mode}" for mode in Mode),
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


def given_option(config: pytest.Config, name: str) -> str | None:
    """Return an option of the command line; before pytest has read all of it, too."""
    early: str | None = getattr(config.known_args_namespace, name, None)
    return config.getoption(name, None) if early is None else early


def _other_modes(pluginmanager: pytest.PytestPluginManager) -> list[str]:
    """Return values of `--record=` that are not modes, to be read as one and refused with the list of modes.

    argparse would say that it ignored an explicit argument. The options are looked for where pytest takes them from.
    """
    config: pytest.Config | None = pluginmanager.get_plugin("pytestconfig")
    if config is None:
        return []
    given = [*map(str, config.invocation_params.args), *shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))]
    given += config.getini("addopts")
    return sorted({each for each in given if each.startswith("--record=") and each[9:] not in tuple(Mode)})
