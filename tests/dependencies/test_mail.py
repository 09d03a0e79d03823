"""Mail through aiosmtplib: recorded from a real server of aiosmtpd, replayed when it is stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

import playhead
from playhead.demo.serving import free_port
from tests.dependencies.tapes import Program, Tapes


def welcome(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "shop@example.com", to, "Welcome"
    message.set_content(f"Good to have you, {to}!\n")
    return message


async def a_client(deck: playhead.Deck, address: str) -> Any:
    host, port = address.split(":")
    mail = deck.double("mail", aiosmtplib.SMTP, lambda: aiosmtplib.SMTP(hostname=host, port=int(port)))
    refused, answer = await mail.send_message(welcome("ada@example.com"))
    assert refused == {}
    with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as caught:
        await mail.sendmail("shop@example.com", ["nobody@example.com"], "Subject: Hello\n\n")
    assert [(each.recipient, each.code) for each in caught.value.recipients] == [("nobody@example.com", 550)]
    mail.sendmail.assert_awaited_once_with("shop@example.com", ["nobody@example.com"], "Subject: Hello\n\n")
    assert mail.send_message.await_args.args[0]["To"] == "ada@example.com"
    return answer


async def a_function(deck: playhead.Deck, address: str) -> Any:
    host, port = address.split(":")
    send = deck.double("send", aiosmtplib.send, lambda: aiosmtplib.send)
    people = ("ada@example.com", "grace@example.com", "joan@example.com")
    sent = await asyncio.gather(*(send(welcome(to), hostname=host, port=int(port)) for to in people))
    assert [refused for refused, _ in sent] == [{}, {}, {}]
    assert send.await_count == 3
    return sent


PROGRAMS: Sequence[Program] = (a_client, a_function)


@contextmanager
def mail_server() -> Iterator[str]:
    """aiosmtpd, which takes everybody's mail but nobody's: its host and port."""
    controller = Controller(_Postbox(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield f"127.0.0.1:{controller.port}"
    finally:
        controller.stop()


class _Postbox:
    async def handle_RCPT(  # noqa: N802  # so aiosmtpd calls it
        self, server: object, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody@"):
            return "550 there is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802  # likewise
        return f"250 {len(envelope.rcpt_tos)} will read it"


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Tapes:
    with mail_server() as address:
        return Tapes(tmp_path_factory.mktemp("mail"), address).record(PROGRAMS)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.__name__)
async def test_what_was_recorded_is_replayed_without_the_server(program: Program, tapes: Tapes) -> None:
    await tapes.replay(program)
