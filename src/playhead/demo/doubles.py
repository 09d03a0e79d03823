"""The demo's registration on a cassette, with doubles of its database and mail client beside the shop's HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playhead.demo.registration import Mail, Registration, Users, opened, register
from playhead.model.call import Invocation, Plain
from playhead.model.cassette import Interaction
from playhead.use.cassette import use_cassette

__all__ = ["Services", "answered", "asked"]


@dataclass(frozen=True, slots=True)
class Services:
    """The addresses of the shop and the mail server, and the path of the database."""

    shop: str
    mail: tuple[str, int]
    database: str

    async def registration(self, path: Path, *, record: str) -> Registration:
        """Register a user, recording or replaying the cassette at `path`."""
        async with use_cassette(path, record=record, origins={"shop": self.shop}) as deck:
            users = deck.double("users", Users, lambda: opened(self.database))
            mail = deck.double("mail", Mail, lambda: Mail(*self.mail))
            return await register(users, mail, self.shop)


def asked(interaction: Interaction) -> str:
    """Return the request in a line: `users.create`, or `GET /products/6`."""
    if isinstance(interaction, Invocation):
        return interaction.call.path
    request = interaction.request
    return f"{request.method} /{request.url.partition('://')[2].partition('/')[2]}"


def answered(interaction: Interaction) -> str:
    """Return the outcome in a line."""
    if isinstance(interaction, Invocation):
        raised = interaction.raised
        return _text(interaction.returned) if raised is None else f"{_name(raised.kind)}: {raised.message}"
    response = interaction.response
    return "no answer" if response is None else f"{response.status} {response.reason}"


def _text(value: Plain) -> str:
    """Return a value as text; for an object, its class and attributes."""
    if not isinstance(value, dict) or "$" not in value:
        return str(value)
    inner = value["v"]
    if not isinstance(inner, dict):
        return str(inner)
    return f"{_name(str(value['type']))} {', '.join(map(_text, inner.values()))}"


def _name(kind: str) -> str:
    return kind.rpartition(".")[2]
