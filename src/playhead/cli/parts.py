"""The markup, style and script of a page: files beside the code that fills them in."""

from __future__ import annotations

from importlib.resources import files

from playhead.report.sealed import Parts

__all__ = ["parts_of"]


def parts_of(package: str) -> Parts:
    """The files `page.html`, `page.css` and `page.js` of a package."""
    folder = files(package)
    return Parts(*(folder.joinpath(f"page.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js")))
