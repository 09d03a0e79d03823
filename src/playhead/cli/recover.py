"""`playhead recover`: make a cassette from the journal of a recording that was killed."""

from __future__ import annotations

from functools import partial

import click

__all__ = ["command"]


@click.command("recover")
@click.argument("journal", metavar="JOURNAL")
def command(journal: str) -> None:
    """Make a cassette from JOURNAL, left by a recording that was killed or whose test failed.

    While recording, every completed interaction is written to a journal beside the
    cassette (its name ends in .journal), which is removed once the cassette is
    written. If that never happened, the complete interactions of the journal are
    written to NAME.recovered.json beside it. Nothing is overwritten, and the journal
    is kept.

    A truncated .msgpack cassette is recovered in the same way. For the journal of a
    run on a shared cassette, NAME.recovered.json is that cassette with the
    recordings of all tests that had passed.

    \b
    Example:
      playhead recover cassettes/test_users/test_get.json.journal
    """
    from playhead.deck.environment import learn_environment
    from playhead.redaction.redact import Redactor
    from playhead.redaction.rules import RedactionRules
    from playhead.redaction.scan import last_look
    from playhead.settings.resolve import resolve
    from playhead.store.journals import recover

    redactor = Redactor(RedactionRules.from_options(resolve({}, {}, where="playhead recover").redact))
    learn_environment(redactor)
    click.echo(recover(journal, prepare=partial(last_look, redactor)))
