"""One Chromium for all pages. Tests that need it are skipped where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.report.browser import CHROMIUM, DRIVER, FLAGS


@pytest.fixture(scope="session")
def driver(tmp_path_factory) -> Iterator[object]:
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="selenium is not installed (it is in the extra `test`)"
    )
    if not (CHROMIUM and DRIVER):
        pytest.skip("no Chromium here (on Debian: apt-get install chromium chromium-driver)")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    running = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield running
    running.quit()


@pytest.fixture
def keys():
    return pytest.importorskip("selenium.webdriver.common.keys").Keys
