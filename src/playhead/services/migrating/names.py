"""Names in source code: dotted ones as text, and the keyword arguments of calls."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from playhead.services.migrating.options import spelled

__all__ = ["arguments", "dotted", "uses"]


def dotted(node: cst.CSTNode | None) -> str:
    """Return `a.b.c` for a name or an attribute, else an empty text."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        above = dotted(node.value)
        return f"{above}.{node.attr.value}" if above else ""
    return ""


def arguments(name: str | None, options: dict[str, object]) -> Sequence[cst.Arg]:
    """Return the arguments of a call: a name, and options by keyword."""
    values = [] if name is None else [spelled(name)]
    values += [f"{key}={spelled(value)}" for key, value in options.items()]
    call = cst.parse_expression(f"f({', '.join(values)})")
    assert isinstance(call, cst.Call)
    return call.args


class _Uses(cst.CSTVisitor):
    def __init__(self, name: str) -> None:
        self.name, self.found = name, False

    def visit_Name(self, node: cst.Name) -> None:  # noqa: N802  # libcst's name
        self.found |= node.value == self.name

    def visit_Attribute(self, node: cst.Attribute) -> bool:  # noqa: N802  # libcst's name
        node.value.visit(self)
        return False


def uses(node: cst.CSTNode, name: str) -> bool:
    """Return True if a name is read or written somewhere in a node."""
    visitor = _Uses(name)
    node.visit(visitor)
    return visitor.found
