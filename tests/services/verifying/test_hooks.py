"""Hooks are found in files and modules, sync or async, and their mistakes are told with the place."""

from __future__ import annotations

import pytest

from playhead.errors import UsageError
from playhead.model.http import Request
from playhead.services.verifying.hooks import Hooks, Live, LiveRequest, load_hooks

REQUEST = Request("POST", "http://x/orders/7", (("a", "b"),), b'{"id": 7}')
LIVE: Live = None  # type: ignore[assignment]  # no hook here looks at it


async def test_without_hooks_a_request_stays_as_it_is():
    assert await Hooks().before(REQUEST, LIVE) is REQUEST


async def test_what_a_hook_changes_is_sent(tmp_path):
    (tmp_path / "h.py").write_text(
        "def before(request, live):\n    request.replace('7', '9')\n    request.headers['x'] = 'y'\n"
    )
    changed = await load_hooks(str(tmp_path / "h.py")).before(REQUEST, LIVE)
    assert changed == Request("POST", "http://x/orders/9", (("a", "b"), ("x", "y")), b'{"id": 9}')


async def test_a_hook_leaves_a_request_out_by_returning_false(tmp_path):
    (tmp_path / "h.py").write_text("async def before(request, live):\n    return False\n")
    assert await load_hooks(str(tmp_path / "h.py")).before(REQUEST, LIVE) is None


async def test_a_class_in_a_module_is_called(tmp_path, monkeypatch):
    (tmp_path / "shop_hooks.py").write_text(
        "class Hooks:\n    def before(self, request, live):\n        return False\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert await load_hooks("shop_hooks:Hooks").before(REQUEST, LIVE) is None


@pytest.mark.parametrize("text", ["nowhere.py", "no_such_module", "json:nothing", "json", ":x", ""])
def test_what_has_no_hooks_is_a_usage_error(text):
    with pytest.raises(UsageError):
        load_hooks(text)


def test_a_file_that_does_not_load_is_a_usage_error(tmp_path):
    (tmp_path / "h.py").write_text("1 / 0\n")
    with pytest.raises(UsageError, match="ZeroDivisionError"):
        load_hooks(str(tmp_path / "h.py"))


def test_replacing_reaches_url_and_body():
    request = LiveRequest("GET", "http://x/a", {}, b"a")
    request.replace("a", "b")
    assert (request.url, request.body) == ("http://x/b", b"b")
