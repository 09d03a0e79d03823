"""The type of a row in the table of private names."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PrivateNames"]


@dataclass(frozen=True, slots=True)
class PrivateNames:
    """Names of one owner that are touched for one reason.

    Args:
        owner: The module, class or function that has them, as a dotted path.
        names: Attributes of a module or class (or of its instances), variables and inner functions of a function. A
            name that ends in `*` stands for all that begin so.
        since: The first version that has them, of CPython or of a library; for a library, the oldest one supported.
        used_by: The modules that touch them, without the leading `playhead.`.
        why: The reason, which is also why nothing public will do.
        gone: The consequence when a version drops or renames them.
        until: The last version that has them, empty while the newest does.
    """

    owner: str
    names: tuple[str, ...]
    since: str
    used_by: tuple[str, ...]
    why: str
    gone: str
    until: str = ""
