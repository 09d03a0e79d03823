"""Recognise how answers lead to the next page (by number, cursor or link): a new way is one change, not several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from playhead.contract.alike import all_fields
from playhead.contract.answers import NEXT_LINK, Answers
from playhead.contract.changes import Change, Evidence, all_of, none_of
from playhead.contract.shape import Shape

__all__ = ["paged"]

_STYLES = {
    "page numbers": ("page", "page_number", "pagenumber", "current_page", "currentpage", "total_pages", "totalpages",
                     "last_page", "next_page", "pages", "per_page", "perpage", "page_size", "pagesize"),
    "offset": ("offset", "limit", "skip"),
    "cursor": ("cursor", "next_cursor", "nextcursor", "next_page_token", "nextpagetoken", "has_more", "hasmore",
               "end_cursor", "endcursor", "starting_after", "continuation", "continuationtoken", "nexttoken",
               "next_token", "after", "hasnextpage"),
    "link": ("next", "next_url", "nextlink", "@odata.nextlink"),
}  # fmt: skip
_HOLDERS = frozenset({"meta", "metadata", "paging", "pagination", "links", "_links", "page_info", "pageinfo"})
_STYLE_OF = {name: style for style, names in _STYLES.items() for name in names}
_PLACES = frozenset(("field-removed", "field-added", "field-renamed", "field-moved"))


def paged(changes: Sequence[Change], old: Answers, new: Answers) -> Iterator[Change]:
    """Yield the changes, with those of another style of paging as one."""
    before, after = _styles(old), _styles(new)
    if not before or not after or before & after:
        yield from changes
        return
    yield from (change for change in changes if not _about_paging(change))
    evidence = Evidence(all_of(old.tally), none_of(new.tally))
    was, now = (" and ".join(sorted(styles)) for styles in (before, after))
    yield Change("paging-changed", "paging", was, now, evidence, label=was)


def _styles(answers: Answers) -> set[str]:
    """Return the styles of the answers. A style needs two fields, or one whose name has no other meaning."""
    found: dict[str, int] = {}
    for name in _names(answers.bodies.get("")):
        style = _STYLE_OF.get(name.lower())
        if style:
            plain = "_" in name or style == "link" or name.lower() == "cursor"
            found[style] = found.get(style, 0) + 1 + plain
    if NEXT_LINK in answers.headers:
        found["link"] = 2
    return {style for style, weight in found.items() if weight > 1}


def _names(shape: Shape | None, depth: int = 2) -> Iterator[str]:
    """Yield the fields of the answer, and of objects in it such as `meta` or `paging`, but not of list items."""
    fields = all_fields(shape).fields if shape is not None else {}
    for name, inner in fields.items():
        if name.lower() in _HOLDERS and depth:
            yield from _names(inner, depth - 1)
        else:
            yield name


def _about_paging(change: Change) -> bool:
    if change.rule not in _PLACES:
        return False
    *holders, name = change.place.lower().split("/")
    inside = set(holders[1:]) <= _HOLDERS
    return inside and (name in _STYLE_OF or name in _HOLDERS)
