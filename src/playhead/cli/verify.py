"""`playhead verify`: recordings in, today's answers beside them, a report and an exit code out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from playhead.cli.judging import Wanted, report_options
from playhead.cli.reports import Also
from playhead.errors import UsageError

__all__ = ["command"]

_ABOVE_ZERO = click.FloatRange(0, min_open=True)


@click.command("verify")
@click.argument("cassettes", metavar="CASSETTES...", nargs=-1, required=True)
@click.option(
    "--to", multiple=True, metavar="URL", help="Send to this base URL; RECORDED=URL for one of several hosts."
)
@click.option("--openapi", metavar="FILE", help="Send nothing: hold what was recorded against this document.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--only", multiple=True, metavar="ROUTE", help='Only these requests, such as "GET /users/{id}".')
@click.option("--method", multiple=True, metavar="METHOD", help="Send these too, though they may change something.")
@click.option("--header", multiple=True, metavar="NAME=VALUE", help="A field to send; $NAME is from the environment.")
@click.option("--secret", multiple=True, metavar="KIND=VAR", help="The variable that REDACTED-KIND-1 stands for.")
@click.option("--hooks", metavar="FILE", help="A Python file, or module:object, with functions around requests.")
@click.option("--allow-host", multiple=True, metavar="HOST", help="A further host that hooks may send requests to.")
@click.option("--budget", default=1000, show_default=True, type=click.IntRange(1), help="The most requests in all.")
@click.option("--rate", default=10.0, show_default=True, type=_ABOVE_ZERO, help="Requests a second.")
@click.option(
    "--max-wait", default=60.0, show_default=True, type=click.FloatRange(0), help="The longest Retry-After, in seconds."
)
@click.option("--timeout", default=30.0, show_default=True, type=_ABOVE_ZERO, help="Seconds for an answer as a whole.")
@click.option("--update", is_flag=True, help="Put today's answers in place of those that drifted.")
@report_options
@click.pass_context
def command(
    ctx: click.Context,
    /,
    cassettes: Sequence[str],
    form: str,
    output: str | None,
    fail_on: str,
    also: tuple[Also, ...],
    listed: bool,
    **options: Any,
) -> None:
    """Send the recorded requests of CASSETTES to the live service, and tell whether its answers have changed; or hold
    what was recorded against an OpenAPI document.

    CASSETTES are cassettes, or folders of them. The answers are judged by the rules
    of `playhead diff`. Only GET, HEAD and OPTIONS are sent, unless --method says
    more; only to the host of --to; one at a time. Where an answer differs from the
    recording, the request is sent once more: what differs between those two is no
    drift. Credentials are not on cassettes: --header and --secret bring them back.

    What comes of network errors, 5xx, 429, 401 and 403 is no drift: it could not be
    checked, and says so.

    With --openapi, requests and answers as they were recorded are held against an
    OpenAPI document (3.0 or 3.1, JSON or YAML, in one file): each finding names
    operation, place and rule. Requests that were refused (4xx) are left out.

    \b
    Examples:
      playhead verify cassettes --to https://staging.example --dry-run
      playhead verify cassettes --to https://staging.example \\
        --header 'authorization=Bearer $TOKEN'
      playhead verify cassettes --to http://127.0.0.1:8000 --update
      playhead verify cassettes --openapi openapi.yaml

    Exit codes: 0 nothing found, 1 findings at or above --fail-on, 2 wrong usage,
    3 something could not be read or checked.
    """
    document, targets = options["openapi"], options["to"]
    if bool(document) == bool(targets):
        raise UsageError("Verify against one thing at a time: give --to URL, or --openapi FILE.")
    report = Wanted(form, output, fail_on, also, listed)
    if document:
        from playhead.cli.conformance import against_document

        ctx.exit(against_document(cassettes, document, report))
    from playhead.cli.live import against_service
    from playhead.services.verifying.reading import recordings_of

    recordings, broken = recordings_of(cassettes)
    ctx.exit(against_service(recordings, broken, options, report))
