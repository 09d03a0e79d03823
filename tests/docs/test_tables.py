"""The tables of the reference are those of the code."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import click

import playhead
from playhead.cli.main import main
from playhead.cli.reports import FORMATS
from playhead.cli.rules import as_markdown
from playhead.contract.rules import RULES
from playhead.engine.policy import TABLE, Action
from playhead.private.row import PrivateNames
from playhead.private.table import PRIVATE_NAMES
from playhead.settings.grammar import GRAMMAR

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"

IN_WORDS = {
    Action.PLAY: "played",
    Action.FORWARD: "forwarded and recorded",
    Action.MISS: "a miss: request drift, or refused",
    Action.ABSENT: "refused: `CassetteMissing`",
}
YES_NO = {True: "yes", False: "no"}


def _page(name: str) -> str:
    return (REFERENCE / name).read_text()


def test_the_record_modes_are_those_of_the_engine() -> None:
    rows = [
        f"| `{mode.value}` | {YES_NO[exists]} | {YES_NO[known]} | {IN_WORDS[action]} |"
        for (mode, exists, known), action in TABLE.items()
    ]
    assert "\n".join(rows) in _page("record-modes.md")


def test_the_rules_of_drift_are_those_of_the_code() -> None:
    assert as_markdown(RULES.values()) in _page("rules.md")


def test_every_option_is_in_the_table_with_its_values() -> None:
    page = _page("options.md")
    missing = [name for name in GRAMMAR if f"\n| `{name}` |" not in page]
    assert not missing
    parameters = inspect.signature(playhead.use_cassette).parameters
    assert list(parameters) == ["path", *GRAMMAR]


def test_every_command_is_in_the_table() -> None:
    page = _page("cli.md")
    commands = main.list_commands(click.Context(main))
    assert [name for name in commands if f"\n| `playhead {name} " not in page] == []


def test_every_option_of_a_command_is_on_the_page() -> None:
    page = _page("cli.md")
    commands = [main.get_command(click.Context(main), name) for name in main.list_commands(click.Context(main))]
    options = [max(option.opts, key=len) for command in commands if command for option in command.params]
    assert [option for option in options if option.startswith("--") and option not in page] == []


def test_every_error_is_in_the_table() -> None:
    page = _page("errors.md")
    public = [getattr(playhead, name) for name in playhead.__all__]
    leaves = [
        each.__name__
        for each in public
        if isinstance(each, type) and issubclass(each, playhead.PlayheadError) and each is not playhead.PlayheadError
    ]
    assert len(leaves) >= 9
    assert [name for name in leaves if f"\n| `{name}` |" not in page] == []


def test_every_public_name_is_on_the_page_of_the_api() -> None:
    pages = _page("api.md") + _page("errors.md")
    assert [name for name in playhead.__all__ if f"`{name}" not in pages] == []


def test_every_report_and_every_key_of_the_json_one_is_on_the_page() -> None:
    page = _page("diff-reports.md")
    assert [name for name in FORMATS if f"\n| `{name}` |" not in page] == []
    schema = json.loads(_page("diff.schema.json"))
    described = [
        *schema["properties"],
        *schema["$defs"]["finding"]["properties"],
        *schema["$defs"]["recording"]["properties"],
    ]
    assert [key for key in described if f"`{key}`" not in page] == []


def _as_row(row: PrivateNames) -> str:
    names = ", ".join(f"`{name}`" for name in row.names)
    users = ", ".join(f"`{module}`" for module in row.used_by)
    versions = f"{row.since} to {row.until}" if row.until else row.since
    return f"| `{row.owner}` | {names} | {versions} | {users} | {row.why} | {row.gone} |"


def test_the_private_names_are_those_of_the_code() -> None:
    rows = "\n".join(map(_as_row, PRIVATE_NAMES))
    assert rows in _page("private-names.md"), f"The table of private-names.md should be:\n{rows}"
