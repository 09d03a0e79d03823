"""The demo's story, told while it happens: record, stop the service, replay, record its next version, compare.

Everything it prints has been measured or read back during the run.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playhead.contract.comparison import Comparison
from playhead.demo.doubles import Services, answered, asked
from playhead.demo.service import create_app
from playhead.demo.serving import free_port, mailing, serving
from playhead.demo.visit import Visit, visit
from playhead.report.text import render
from playhead.services.comparing.compare import compare_sides, side_of
from playhead.store.cassettes import load
from playhead.use.cassette import use_cassette

__all__ = ["Story"]

SPEEDS: tuple[tuple[str, str | float], ...] = (("as recorded", "recorded"), ("10x faster", 10), ("instant", "instant"))

TEST = '''"""Replays what `playhead demo` recorded: no service runs, and the network is not touched."""

import sqlite3
from pathlib import Path

import httpx
import pytest

import playhead
from playhead.demo.registration import Mail, Users

SHOP = "https://shop.example"
cassette = playhead.use_cassette(
    Path(__file__).with_name("shop.json"), origins={"shop": SHOP, "mail": "https://mail.example"}
)


@pytest.mark.asyncio
async def test_a_product_has_a_price():
    async with cassette as deck, httpx.AsyncClient(base_url=SHOP) as client:
        product = (await client.get("/products/3")).json()
    assert product == {"id": 3, "name": "table", "price": 39, "stock": 9}
    deck.route("GET", "/products/{id}").assert_awaited_once_with(path="/products/3")


@pytest.mark.asyncio
async def test_nobody_registers_twice():
    async with playhead.use_cassette(Path(__file__).with_name("registered.json")) as deck:
        users, mail = deck.double("users", spec=Users), deck.double("mail", spec=Mail)
        assert await users.create("Ada", "ada@shop.example") == 1
        with pytest.raises(sqlite3.IntegrityError):
            await users.create("Ada", "ada@shop.example")
    assert users.create.await_count == 2
    mail.send.assert_not_awaited()
'''


@dataclass(frozen=True, slots=True)
class Story:
    """Prints the story line by line with `say`, and leaves its files in `folder`, which must exist."""

    folder: Path
    say: Callable[[str], None]

    def tell(self) -> None:
        """Run the demo, which takes about five seconds and uses only loopback."""
        mail = f"http://127.0.0.1:{free_port()}"  # nothing listens there
        recorded, shop = self._record(mail)
        self._replay(recorded, shop, mail)
        self._compare(mail)
        self._register()
        self._leave()

    def _record(self, mail: str) -> tuple[Visit, str]:
        self._head("1  Recording a program and the services it talks to")
        with serving(create_app()) as shop:
            self.say(f"   A shop runs on {shop}. A program asks it for 8 products at")
            self.say("   once, follows an order live, orders too much, and writes to a mail")
            self.say("   server that is down.")
            recorded = _visited(self.folder / "shop.json", shop, mail, record="all")
        self.say("")
        self._row("8 products", f"asked for as 1 2 3 4 5 6 7 8, arrived as {_listed(recorded.arrived)}")
        self._row("live order", f"{len(recorded.events)} server-sent events, one by one")
        self._row("too much", f"status {recorded.order_status}")
        self._row("mail server", f"{recorded.mail}")
        self._row("took", f"{recorded.took_s:.2f} s")
        self._row("cassette", self._file("shop.json"))
        return recorded, shop

    def _replay(self, recorded: Visit, shop: str, mail: str) -> None:
        self._head("2  The shop is stopped. The same program, from the cassette")
        self.say(f"   {'speed':<12}  {'took':>7}  {'products arrived as':<21}  all else")
        for name, timing in SPEEDS:
            again = _visited(self.folder / "shop.json", shop, mail, record="none", timing=timing)
            same = "the same" if again == recorded else "DIFFERENT"
            self.say(f"   {name:<12}  {again.took_s:>5.2f} s  {_listed(again.arrived):<21}  {same}")
        self.say("")
        self.say("   The order is kept at every speed, and so are the stream, the error status")
        self.say("   and the refused connection.")

    def _compare(self, mail: str) -> None:
        self._head("3  The next version of the shop, recorded again and compared")
        with serving(create_app(version=2)) as shop:
            _visited(self.folder / "shop-next.json", shop, mail, record="all")
        comparison = compare_sides(side_of(self.folder / "shop.json"), side_of(self.folder / "shop-next.json"))
        (self.folder / "diff.txt").write_text(render(comparison), encoding="utf-8")
        for line in _findings(comparison):
            self.say(f"   {line}")

    def _register(self) -> None:
        self._head("4  Not only HTTP: a database and a mail server, on the same cassette")
        self.say("   A program adds a user to a database, asks the shop for a present, sends a")
        self.say("   mail, reads the user back, and tries to add the same one again.")
        self.say("")
        path = self.folder / "registered.json"
        with (
            tempfile.TemporaryDirectory() as place,
            serving(create_app()) as shop,
            mailing() as post,
        ):
            services = Services(shop, post, str(Path(place) / "users.db"))
            recorded = asyncio.run(services.registration(path, record="all"))
        for interaction in load(path).interactions:
            self._row(asked(interaction), answered(interaction))
        again = asyncio.run(services.registration(path, record="none"))
        self.say("")
        self.say("   Shop, database and mail server are gone. The program, from the cassette, sees")
        self.say(f"   {'the same' if again == recorded else 'something DIFFERENT'}.")

    def _leave(self) -> None:
        (self.folder / "test_shop.py").write_text(TEST, encoding="utf-8")
        self._head(f"Files in {self.folder}")
        self._row("shop.json", "what was recorded; made to be read and committed")
        self._row("shop-next.json", "the same, from the next version")
        self._row("diff.txt", "what changed, with evidence")
        self._row("registered.json", "calls of a database and a mail client, beside HTTP")
        self._row("test_shop.py", "tests that replay what was recorded")
        self._head("Go on with")
        self.say(f"   pytest {self.folder}")
        self.say(f"   playhead show {self.folder / 'shop.json'}")
        self.say(f"   playhead diff {self.folder / 'shop.json'} {self.folder / 'shop-next.json'}")

    def _file(self, name: str) -> str:
        path = self.folder / name
        return f"{path}, {path.stat().st_size / 1024:.1f} KiB"

    def _head(self, text: str) -> None:
        self.say("")
        self.say(text)
        self.say("")

    def _row(self, label: str, text: str) -> None:
        self.say(f"   {label:<15} {text}")


def _visited(path: Path, shop: str, mail: str, *, record: str, timing: str | float = "instant") -> Visit:
    """Run the client on a cassette."""
    origins = {"shop": shop, "mail": mail}
    with use_cassette(path, record=record, timing=timing, origins=origins):
        return asyncio.run(visit(shop, mail))


def _findings(comparison: Comparison) -> list[str]:
    lines = []
    for finding in comparison.findings:
        lines.append(f"{finding.severity.upper():<10} {finding.rule}  {finding.place}")
        lines.append(f"{'':<10} {finding.evidence}")
    return lines


def _listed(numbers: tuple[int, ...]) -> str:
    return " ".join(map(str, numbers))
