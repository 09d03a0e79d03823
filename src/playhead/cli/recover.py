"""`playhead recover`: what a recording that was killed left in its journal, as a cassette."""

from __future__ import annotations

from functools import partial

import click

from playhead.deck.environment import learn_environment
from playhead.redaction.redact import Redactor
from playhead.redaction.rules import RedactionRules
from playhead.redaction.scan import last_look
from playhead.settings.resolve import resolve
from playhead.store.journals import recover

__all__ = ["command"]


@click.command("recover")
@click.argument("journal", metavar="JOURNAL")
def command(journal: str) -> None:
    """Make a cassette of what a recording left in JOURNAL when it was killed or its test failed.

    While recording, every interaction that has ended is in a journal beside the
    cassette (its name ends in .journal). The journal goes when the cassette is
    written; if that never happened, its whole interactions become
    NAME.recovered.json beside it. Nothing is overwritten, and the journal stays.
    A .msgpack cassette that was cut is recovered in the same way. Of the journal
    of a run on a shared cassette, NAME.recovered.json is that cassette with the
    recordings of all tests that had passed.

    \b
    Example:
      playhead recover cassettes/test_users/test_get.json.journal
    """
    redactor = Redactor(RedactionRules.from_options(resolve({}, {}, where="playhead recover").redact))
    learn_environment(redactor)
    click.echo(recover(journal, prepare=partial(last_look, redactor)))
