"""A module of a suite, rewritten: markers, fixtures and calls of vcrpy become ours, all else stays as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from playhead.services.migrating.calls import Calls
from playhead.services.migrating.left import Left
from playhead.services.migrating.literal import Reader
from playhead.services.migrating.markers import Markers
from playhead.services.migrating.names import dotted, uses

__all__ = ["Rewritten", "rewrite"]


@dataclass(slots=True)
class Rewritten:
    """The text of a module after, what is left in it, and the cassettes that its calls name: theirs and ours."""

    text: str
    left: list[Left] = field(default_factory=list)
    tapes: list[tuple[Path, Path]] = field(default_factory=list)


def rewrite(path: Path, text: str, root: Path) -> Rewritten:
    """Return a module with what is understood rewritten. Raises `libcst.ParserSyntaxError` if it cannot be parsed."""
    wrapper = MetadataWrapper(cst.parse_module(text))
    positions = wrapper.resolve(PositionProvider)
    left: list[Left] = []

    def leave(node: cst.CSTNode, what: str, why: str, hand: str) -> None:
        left.append(Left(path, positions[node].start.line, what, why, hand))

    reader = Reader(path, text)
    calls = Calls(path, root, reader, wrapper.module, leave)
    module = wrapper.module.visit(calls)
    # The markers are looked at in a second pass over the same nodes, so positions come from the first module.
    marked = MetadataWrapper(module)
    shifted = marked.resolve(PositionProvider)

    def leave_marked(node: cst.CSTNode, what: str, why: str, hand: str) -> None:
        left.append(Left(path, shifted[node].start.line, what, why, hand))

    markers = Markers(path, root, reader, marked.module, leave_marked)
    after = marked.module.visit(markers)
    return Rewritten(_imports(after).code, sorted(left), calls.tapes)


def _imports(module: cst.Module) -> cst.Module:
    """Return the module with `import playhead` in place of, or after, an import of vcr."""
    code = module.code
    if "playhead.use_cassette" not in code or _imported(module.body, "playhead"):
        return module
    ours = cst.parse_statement("import playhead\n")
    body: list[cst.SimpleStatementLine | cst.BaseCompoundStatement] = []
    placed = False
    for statement in module.body:
        names = _names_of(statement)
        if names is None or placed:
            body.append(statement)
            continue
        placed = True
        assert isinstance(statement, cst.SimpleStatementLine)
        assert isinstance(ours, cst.SimpleStatementLine)
        used = any(uses(other, name) for other in module.body if other is not statement for name in names)
        if used:
            body += [statement, ours]
        else:
            body.append(statement.with_changes(body=ours.body))
    return module.with_changes(body=body)


def _imported(body: Sequence[cst.CSTNode], name: str) -> bool:
    return any(f"import {name}" == cst.Module(body=[]).code_for_node(each).strip() for each in body)


def _names_of(statement: cst.CSTNode) -> list[str] | None:
    """Return the names by which a statement imports vcr alone; None for another statement."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return None
    found = statement.body[0]
    if isinstance(found, cst.Import) and len(found.names) == 1 and dotted(found.names[0].name) == "vcr":
        alias = found.names[0].asname
        return [dotted(alias.name) if alias else "vcr"]
    if isinstance(found, cst.ImportFrom) and found.module is not None and dotted(found.module) == "vcr":
        if isinstance(found.names, cst.ImportStar):
            return None
        return [dotted(each.asname.name if each.asname else each.name) for each in found.names]
    return None
