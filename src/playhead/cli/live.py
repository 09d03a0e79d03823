"""Verifying against a live service, from the options to the report: `playhead verify CASSETTES --to URL`."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from playhead.cli.exits import NOTHING, UNREADABLE
from playhead.cli.judging import Wanted, reported
from playhead.cli.planned import plan_in_words, sent_in_words
from playhead.contract.comparison import Unreadable
from playhead.errors import UsageError
from playhead.redaction.rules import RedactionRules
from playhead.redaction.variables import secret_variables
from playhead.services.comparing.judging import judging
from playhead.services.verifying.credentials import Credentials, credentials_of
from playhead.services.verifying.exhibiting import exhibits_of
from playhead.services.verifying.hooks import Hooks, load_hooks
from playhead.services.verifying.patience import Limits
from playhead.services.verifying.plan import Plan, Recording, Selection, Step, plan_of
from playhead.services.verifying.run import Means, Outcome, send
from playhead.services.verifying.target import Targets, targets_of
from playhead.services.verifying.updating import update
from playhead.services.verifying.verdict import Verdict, judge
from playhead.settings.resolve import resolve

__all__ = ["against_service"]


def against_service(
    recordings: Sequence[Recording],
    broken: Sequence[Unreadable],
    options: dict[str, Any],
    report: Wanted,
) -> int:
    """Plan, send, judge, report; returns the exit code."""
    limits = Limits(options["budget"], options["rate"], options["max_wait"], options["timeout"])
    targets, credentials, plan = _planned(recordings, options, limits)
    if options["dry_run"]:
        click.echo(plan_in_words(plan, limits, credentials, options["to"]), nl=False)
        return UNREADABLE if broken else NOTHING
    if not plan.steps and not any(each.wanted for each in plan.left):
        raise UsageError("None of the recorded requests is to be sent: --dry-run says why.")
    if options["update"]:
        _expect_recording_allowed()
    settings = judging()
    hooks = load_hooks(options["hooks"]) if options["hooks"] else Hooks()
    rules = RedactionRules.from_options(resolve({}, {}, where="playhead verify").redact)
    with tempfile.TemporaryDirectory(prefix="playhead-") as folder:
        secrets = secret_variables(os.environ, rules)
        means = Means(credentials, hooks, targets.allows(), limits, rules, Path(folder), secrets)
        outcome = _sent(plan, recordings, means)
        verdict = judge(outcome.answers, outcome.left, settings)
        verdict = replace(verdict, comparison=replace(verdict.comparison, unreadable=tuple(broken)))
        code = reported(verdict.comparison, exhibits_of(verdict, str(recordings[0].path.parent)), report)
        click.echo(sent_in_words(outcome, verdict), err=True, nl=False)
        if options["update"]:
            _update(verdict, rules)
    return code


def _planned(
    recordings: Sequence[Recording], options: dict[str, Any], limits: Limits
) -> tuple[Targets, Credentials, Plan]:
    urls = [[each.request.url for each in recording.exchanges] for recording in recordings]
    targets = targets_of(options["to"], urls, options["allow_host"])
    credentials = credentials_of(options["header"], options["secret"], os.environ)
    selection = Selection.of(options["method"], options["only"])
    return targets, credentials, plan_of(recordings, targets, credentials, selection, limits.budget)


def _sent(plan: Plan, recordings: Sequence[Recording], means: Means) -> Outcome:
    with _progress(len(plan.steps)) as tick:
        return asyncio.run(send(plan, recordings, means, tick))


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[Step], object]]:
    """A function to call with each step that is done; it draws a bar on a terminal only."""
    if not sys.stderr.isatty():
        yield id
        return
    with click.progressbar(length=steps, label="Asking the service", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)


def _expect_recording_allowed() -> None:
    if os.environ.get("PLAYHEAD_RECORD", "").strip() == "none":
        raise UsageError("PLAYHEAD_RECORD=none forbids to write recordings: leave --update out, or unset it.")


def _update(verdict: Verdict, rules: RedactionRules) -> None:
    counts = update(verdict.drifted, rules)
    for path, count in counts.items():
        click.echo(f"{path}: {count} interaction{'s' * (count != 1)} updated", err=True)
    if not counts:
        click.echo("Nothing to update.", err=True)
