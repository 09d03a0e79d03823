"""The examples of README and docs work for readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.demo.service import create_app
from playhead.demo.serving import serving
from tests.dependencies.servers import new_database, postgres
from tests.docs.examples import DATABASE, SHOP, Reader, blocks_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The address of the demo's shop."""
    with serving(create_app()) as url:
        yield url.removeprefix("http://")


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A database of PostgreSQL; pages that use it are skipped where there is none."""
    pytest.importorskip("asyncpg", reason="recording needs asyncpg: pip install asyncpg")
    with new_database() as data, postgres(data) as dsn:
        yield dsn


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_the_examples_of_a_page_work(page: Path, shop: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    addresses = {SHOP: shop}
    if DATABASE in page.read_text():
        addresses[DATABASE] = request.getfixturevalue("database")
    exact = page.name == "README.md" or page.parent.name == "tutorial"
    Reader(tmp_path, addresses, exact=exact).follow(blocks_of(page))
