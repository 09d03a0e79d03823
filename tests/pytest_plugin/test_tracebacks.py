"""A failed test shows its own lines, not those of playhead."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.conftest import Project

HEAD = """
import asyncio, httpx, httpx2, playhead, pytest
import playhead.httpx
pytestmark = pytest.mark.cassette("users")

def test_first():
    httpx.get(SERVICE + "/users/1")

"""
ASKING = {
    "sync": """
def test_second():
    httpx.get(SERVICE + "/users/2")  # the line
""",
    "async": """
async def test_second():
    async with httpx.AsyncClient() as client:
        await client.get(SERVICE + "/users/2")  # the line
""",
    "httpx2": """
async def test_second():
    async with httpx2.AsyncClient() as client:
        await client.get(SERVICE + "/users/2")  # the line
""",
    "explicit": """
def test_second(deck):
    with httpx.Client(transport=playhead.httpx.Transport(deck)) as client:
        client.get(SERVICE + "/users/2")  # the line
""",
    "explicit async": """
async def test_second(deck):
    async with httpx.AsyncClient(transport=playhead.httpx.AsyncTransport(deck)) as client:
        await client.get(SERVICE + "/users/2")  # the line
""",
    "swallowed": """
def test_second():
    try:
        httpx.get(SERVICE + "/users/2")  # the line
    except Exception:
        pass
""",
    "an assertion": """
def test_second(deck):
    deck.route("GET", "/users/2").assert_called()  # the line
""",
}


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize("style", ["auto", "short"])
def test_a_miss_shows_the_line_of_the_test(project: Project, asking: str, style: str) -> None:
    project.write(test_users=HEAD)
    project.run("--record", "-k", "test_first").assert_outcomes(passed=1)
    project.write(test_users=HEAD + ASKING[asking])
    result = project.run(f"--tb={style}", "-k", "test_second")
    result.assert_outcomes(failed=1)
    shown = result.stdout.str()
    assert "# the line" in shown
    assert "/src/playhead/" not in shown
    assert "/playhead/pytest_plugin/" not in shown
    assert "/playhead/httpx" not in shown
