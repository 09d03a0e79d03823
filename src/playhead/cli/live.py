"""Check recordings against a live service: `playhead verify CASSETTES --to URL`."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from playhead.cli.exits import NOTHING, UNREADABLE
from playhead.cli.judging import report
from playhead.cli.options import VerifyOptions
from playhead.cli.planned import plan_in_words, sent_in_words
from playhead.contract.comparison import Unreadable
from playhead.errors import UsageError
from playhead.model.mode import Mode
from playhead.redaction.rules import RedactionRules
from playhead.redaction.variables import secret_variables
from playhead.services.comparing.judging import Judging, judging
from playhead.services.verifying.confirming import Inquiry, inquiry_of
from playhead.services.verifying.credentials import Credentials, credentials_of
from playhead.services.verifying.exhibiting import exhibits_of
from playhead.services.verifying.hooks import Hooks, load_hooks
from playhead.services.verifying.patience import Budget
from playhead.services.verifying.plan import Plan, Recording, Selection, Step, plan_of
from playhead.services.verifying.reading import recordings_of
from playhead.services.verifying.run import Means, Outcome, send
from playhead.services.verifying.target import Targets, targets_of
from playhead.services.verifying.updating import expect_updatable, update
from playhead.services.verifying.verdict import Verdict, judge
from playhead.settings.resolve import resolve
from playhead.text.words import counted

__all__ = ["against_service"]


@dataclass(frozen=True, slots=True)
class _Task:
    """The requests to send, and what they are sent to and with."""

    recordings: Sequence[Recording]
    plan: Plan
    targets: Targets
    credentials: Credentials
    limits: Budget
    settings: Judging
    inquiry: Inquiry


def against_service(options: VerifyOptions) -> int:
    """Send the recorded requests, write the reports, and return the exit code. With --dry-run only print the plan."""
    recordings, broken = recordings_of(options.cassettes)
    task = _planned(recordings, options)
    if options.dry_run:
        click.echo(plan_in_words(task.plan, task.limits, task.credentials, options.to, task.inquiry), nl=False)
        return UNREADABLE if broken else NOTHING
    if not task.plan.steps and not any(each.wanted for each in task.plan.left):
        raise UsageError("None of the recorded requests would be sent: --dry-run lists the reasons.")
    if options.update:
        _expect_recording_allowed()
        expect_updatable(each.path for each in recordings)
    return _verified(task, tuple(broken), options)


def _planned(recordings: Sequence[Recording], options: VerifyOptions) -> _Task:
    limits = Budget(options.budget, options.rate, options.max_wait, options.timeout)
    urls = [[each.request.url for each in recording.exchanges] for recording in recordings]
    targets = targets_of(options.to, urls, options.allow_host)
    credentials = credentials_of(options.header, options.secret, os.environ)
    selection = Selection.of(options.method, options.only)
    plan = plan_of(recordings, targets, credentials, selection, limits.budget)
    settings = judging()
    inquiry = inquiry_of(options.confirm, plan, recordings, targets, credentials, selection, settings)
    return _Task(recordings, plan, targets, credentials, limits, settings, inquiry)


def _verified(task: _Task, broken: tuple[Unreadable, ...], options: VerifyOptions) -> int:
    hooks = load_hooks(options.hooks) if options.hooks else Hooks()
    rules = RedactionRules.from_options(resolve({}, {}, where="playhead verify").redact)
    secrets = secret_variables(os.environ, rules)
    # The folder holds large answers, which judging, reports and --update still read.
    with tempfile.TemporaryDirectory(prefix="playhead-") as folder:
        allows = task.targets.allows()
        means = Means(task.credentials, hooks, allows, task.limits, rules, Path(folder), secrets, task.inquiry)
        outcome = _sent(task, means)
        verdict = judge(outcome.answers, outcome.left, task.settings)
        verdict = replace(verdict, comparison=replace(verdict.comparison, unreadable=broken))
        exhibits = exhibits_of(verdict, str(task.recordings[0].path.parent))
        code = report(verdict.comparison, exhibits, options)
        click.echo(sent_in_words(outcome, verdict), err=True, nl=False)
        if options.update:
            _update(verdict, rules)
    return code


def _sent(task: _Task, means: Means) -> Outcome:
    with _progress(len(task.plan.steps)) as tick:
        return asyncio.run(send(task.plan, task.recordings, means, tick))


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[Step], object]]:
    """Draw a progress bar if standard error is a terminal; the function is called with each step that is done."""
    if not sys.stderr.isatty():
        yield id
        return
    with click.progressbar(length=steps, label="Asking the service", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)


def _expect_recording_allowed() -> None:
    if os.environ.get("PLAYHEAD_RECORD", "").strip() == Mode.NONE:
        raise UsageError("PLAYHEAD_RECORD=none forbids writing recordings: omit --update, or unset the variable.")


def _update(verdict: Verdict, rules: RedactionRules) -> None:
    counts = update(verdict.drifted, rules)
    for path, count in counts.items():
        click.echo(f"{path}: {counted(count, 'interaction')} updated", err=True)
    if not counts:
        click.echo("Nothing to update.", err=True)
