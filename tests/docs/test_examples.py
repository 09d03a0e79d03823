"""What README and docs tell readers to do works when they do it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from playhead.demo.service import create_app
from playhead.demo.serving import serving
from tests.docs.examples import Reader, blocks_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """Where the demo's shop is."""
    with serving(create_app()) as url:
        yield url.removeprefix("http://")


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_the_examples_of_a_page_work(page: Path, shop: str, tmp_path: Path) -> None:
    Reader(tmp_path, shop).follow(blocks_of(page))
