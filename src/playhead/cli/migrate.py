"""`playhead migrate`: rewrite a suite on vcrpy or pytest-recording, as far as that is safe."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click

from playhead.errors import UsageError
from playhead.text.words import counted

if TYPE_CHECKING:
    from playhead.services.migrating import Plan

__all__ = ["command"]


@click.command("migrate")
@click.argument("path", metavar="PATH")
@click.option("--write", is_flag=True, help="Do it. Without this, only the diff and the list are printed.")
@click.option("--force", is_flag=True, help="Write although the git tree has uncommitted changes.")
@click.option(
    "--match",
    type=click.Choice(["vcrpy"]),
    help="Find recordings by method and URL at first, as vcrpy does: writes match into [tool.playhead].",
)
def command(path: str, write: bool, force: bool, match: str | None) -> None:
    """Rewrite the suite in PATH from vcrpy, pytest-recording or pytest-vcr, as far as that is safe.

    Cassettes become files of playhead, redacted, under the names that it looks for.
    Markers, vcr_config, vcr.use_cassette and pytest's settings in pyproject.toml are
    rewritten. Nothing that is not understood is changed: it is listed, with what to
    do by hand. Without --write nothing is written. Running it again changes nothing.
    Needs `pip install 'playhead[migrate]'`.

    \b
    Example:
      playhead migrate tests
      playhead migrate tests --write --match=vcrpy
    """
    suite = Path(path)
    if not suite.exists():
        raise UsageError(f"{path} does not exist: pass the folder of a suite.")
    plan = _planned(suite, match)
    if write:
        if not force:
            _expect_clean(plan.root)
        plan.carry_out()
    else:
        for line in plan.diff():
            click.echo(line, nl=line.endswith("\n") is False)
        for ours, tape in sorted(plan.tapes.items()):
            verb = "copy" if tape.kept else "move"
            click.echo(f"{verb} {tape.theirs.relative_to(plan.root)} -> {ours.relative_to(plan.root)}")
    _tell(plan, match, written=write)


def _planned(path: Path, match: str | None) -> Plan:
    try:
        from playhead.services.migrating import planned
    except ModuleNotFoundError as error:
        if error.name != "libcst":
            raise
        raise UsageError("playhead migrate rewrites source with libcst: pip install 'playhead[migrate]'.") from None
    return planned(path, match=match)


def _expect_clean(root: Path) -> None:
    try:
        status = subprocess.run(
            ["git", "-C", str(root), "status", "--porcelain", "--", "."], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:  # no git here, so no tree of it
        return
    if status.returncode == 0 and status.stdout.strip():
        raise UsageError(f"{root} has uncommitted changes: commit them first, or pass --force.")


def _tell(plan: Plan, match: str | None, *, written: bool) -> None:
    if plan.left:
        click.echo("\nleft to people:\n")
        for each in plan.left:
            click.echo(each.told(plan.root))
    verb = "rewrote" if written else "would rewrite"
    files, lines = counted(len(plan.edits), "file"), counted(plan.changed(), "line")
    click.echo(
        f"\n{verb} {files} ({lines}) and {counted(len(plan.tapes), 'cassette')}; {len(plan.left)} left to people"
    )
    if match is not None:
        click.echo(
            'Recordings are found by method and URL. To compare bodies too, put @pytest.mark.cassette(match="exact")\n'
            "on one module after the other, and take match out of [tool.playhead] at last."
        )
