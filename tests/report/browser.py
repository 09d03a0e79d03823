"""A page in a real browser, and the actions of a user."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["CHROMIUM", "DRIVER", "FETCHED", "FLAGS", "Browser", "contrast"]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--window-size=1280,800",
)  # fmt: skip
FETCHED = "return performance.getEntriesByType('resource').length"


class Browser:
    """A browser with one page open."""

    def __init__(self, driver, folder: Path) -> None:
        self.driver = driver
        self._folder = folder

    def show(self, page: str, *, scheme: str = "light", fragment: str = "") -> None:
        """Open a page, given as its text, from a file."""
        path = self._folder / "page.html"
        path.write_text(page, encoding="utf-8")
        self.emulate(features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.driver.get("about:blank")
        self.driver.get(path.as_uri() + fragment)

    def emulate(self, **media) -> None:
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [], **media})

    def emulate_width(self, width: int) -> None:
        """Set the width of the page in CSS pixels; 0 resets it."""
        screen = {"width": width, "height": 0, "deviceScaleFactor": 0, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)

    def ask(self, script: str, *arguments):
        return self.driver.execute_script(script, *arguments)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def find(self, selector: str):
        return self.driver.find_element("css selector", selector)

    def seen(self, selector: str) -> list[str]:
        return [each.text for each in self.driver.find_elements("css selector", selector) if each.is_displayed()]

    def complaints(self) -> list[str]:
        """Return the errors of the page's script and its policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours such as `#23282f` (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
