"""The `playhead` command: commands by name, imported when they run, and errors turned into exit codes."""

from __future__ import annotations

import errno
from importlib import import_module

import click

from playhead.cli.exits import ERROR_EXITS, UNREADABLE
from playhead.errors import PlayheadError

__all__ = ["main"]

# By name: the module, and the line of `playhead --help`, which thus imports no command.
_COMMANDS = {
    "demo": ("playhead.cli.demo", "Record, replay and compare a real service, to see it all at once."),
    "diff": ("playhead.cli.diff", "Compare two sets of recordings: has the API changed?"),
    "contract": ("playhead.cli.contract", "Fold recordings into a contract: endpoints, fields, types and counts."),
    "rules": ("playhead.cli.rules", "List the kinds of change that diff finds, with their severity."),
    "accept": ("playhead.cli.accept", "Accept a finding, with the reason."),
    "verify": ("playhead.cli.verify", "Check recordings against the live service, or an OpenAPI document."),
    "show": ("playhead.cli.show", "Show the contents of a cassette, and when they happened."),
    "doctor": ("playhead.cli.doctor", "Tell what is wrong with an existing suite, of any tool."),
    "scan": ("playhead.cli.scan", "Look for secrets in cassettes."),
    "convert": ("playhead.cli.convert", "Write cassettes in another format, also those of other tools."),
    "migrate": ("playhead.cli.migrate", "Rewrite a suite from vcrpy or pytest-recording."),
    "recover": ("playhead.cli.recover", "Make a cassette from the journal of a killed recording."),
}


class _Commands(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click's signature)
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  (click's)
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except PlayheadError as error:
            click.echo(f"Error: {error}", err=True)
            for line in getattr(error, "__notes__", ()):
                click.echo(line, err=True)
            ctx.exit(next((code for kind, code in ERROR_EXITS if isinstance(error, kind)), UNREADABLE))
        except OSError as error:  # a full disk behind standard output, a working folder that is gone
            if error.errno == errno.EPIPE:
                raise  # click exits quietly: the reader of the output has closed the pipe
            click.echo(f"Error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}.", err=True)
            ctx.exit(UNREADABLE)


def _version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from playhead import __version__

        click.echo(f"playhead {__version__}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Print the version."
)
def main() -> None:
    """Record the services that a program talks to once, replay them offline, and see what changed in an API.

    Recording and replaying happen in your tests: `pytest --record` writes requests
    and answers to files called cassettes, and plain `pytest` replays them. These
    commands work on cassettes.

    \b
    Start with:
      playhead demo
      playhead show cassettes/test_users/test_get.json
      playhead diff cassettes-last-month cassettes

    Exit codes: 0 nothing found, 1 findings, 2 wrong usage (also a path that does
    not exist), 3 something could not be read or checked.
    """
