"""`playhead verify`: check recordings against the live service, or against an OpenAPI document."""

from __future__ import annotations

import click

from playhead.cli.options import VerifyOptions, report_options, taking
from playhead.errors import UsageError

__all__ = ["command"]

_ABOVE_ZERO = click.FloatRange(0, min_open=True)


@click.command("verify")
@click.argument("cassettes", metavar="CASSETTES...", nargs=-1, required=True)
@click.option(
    "--to", multiple=True, metavar="URL", help="Send to this base URL; RECORDED=URL for one of several hosts."
)
@click.option("--openapi", metavar="FILE", help="Send nothing: check the recordings against this OpenAPI document.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and send nothing.")
@click.option("--only", multiple=True, metavar="ROUTE", help='Send only these requests, such as "GET /users/{id}".')
@click.option("--method", multiple=True, metavar="METHOD", help="Send this method too, although it may change data.")
@click.option("--header", multiple=True, metavar="NAME=VALUE", help="Header to send; $NAME reads the environment.")
@click.option("--secret", multiple=True, metavar="KIND=VAR", help="Variable with the value of REDACTED-KIND-1.")
@click.option("--hooks", metavar="FILE", help="Python file, or module:object, with functions to call around requests.")
@click.option("--allow-host", multiple=True, metavar="HOST", help="Another host that hooks may send requests to.")
@click.option(
    "--confirm", is_flag=False, flag_value=3, default=0, metavar="[K]", type=click.IntRange(0),
    help="Ask K times more, and for K other entities, what is breaking if confirmed; 3 without K, off by default.",
)  # fmt: skip
@click.option("--budget", default=1000, show_default=True, type=click.IntRange(1), help="Maximum number of requests.")
@click.option("--rate", default=10.0, show_default=True, type=_ABOVE_ZERO, help="Requests per second.")
@click.option(
    "--max-wait", default=60.0, show_default=True, type=click.FloatRange(0), help="Longest Retry-After, in seconds."
)
@click.option("--timeout", default=30.0, show_default=True, type=_ABOVE_ZERO, help="Seconds for a complete answer.")
@click.option("--update", is_flag=True, help="Replace recorded answers that have drifted by today's.")
@report_options
@taking(VerifyOptions)
def command(options: VerifyOptions) -> int:
    """Check that the live service, or an OpenAPI document, still agrees with CASSETTES.

    CASSETTES are cassettes, or folders of them. With --to, their requests are sent
    to the live service, and its answers are judged by the rules of `playhead diff`.
    Only GET, HEAD and OPTIONS are sent unless --method allows more, only to the
    host of --to, and one at a time. If an answer differs from the recording, the
    request is sent once more: differences between those two answers are not drift.
    Credentials are not on cassettes: pass them with --header and --secret.

    With --confirm, findings that rest on one entity and would be breaking with more
    are confirmed: the same request is sent K times more, and requests for up to K
    other entities, by ids that occur in the recordings. Only GET and HEAD are sent
    for that. A change that does not repeat, or that other entities do not show, is
    no finding; with three entities that show it, it is breaking.

    Network errors, 5xx, 429, 401 and 403 are not drift: their requests are listed
    as unchecked.

    With --openapi, recorded requests and answers are checked against an OpenAPI
    document (3.0 or 3.1, JSON or YAML, one file): each finding names operation,
    place and rule. Requests that were refused (4xx) are not checked themselves.

    \b
    Examples:
      playhead verify cassettes --to https://staging.example --dry-run
      playhead verify cassettes --to https://staging.example \\
        --header 'authorization=Bearer $TOKEN'
      playhead verify cassettes --to https://staging.example --confirm
      playhead verify cassettes --to http://127.0.0.1:8000 --update
      playhead verify cassettes --openapi openapi.yaml

    Exit codes: 0 nothing found, 1 what --fail-on names, 2 wrong usage, 3 something
    could not be read or checked.
    """
    if bool(options.openapi) == bool(options.to):
        raise UsageError("Verify against one thing at a time: pass --to URL, or --openapi FILE.")
    if options.openapi and options.confirm:
        raise UsageError("--openapi sends nothing: omit --confirm, or pass --to URL instead.")
    if options.openapi:
        from playhead.cli.conformance import against_document

        return against_document(options, options.openapi)
    from playhead.cli.live import against_service

    return against_service(options)
