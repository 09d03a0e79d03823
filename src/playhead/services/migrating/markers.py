"""The markers and fixtures of pytest-recording (and pytest-vcr) as ours."""

from __future__ import annotations

from pathlib import Path

import libcst as cst

from playhead.services.migrating.calls import Leave
from playhead.services.migrating.literal import Reader
from playhead.services.migrating.names import arguments, dotted, uses
from playhead.services.migrating.options import Mapped, mapped, spelled
from playhead.services.migrating.where import default_target

__all__ = ["Markers"]

VCR, DEFAULT, BLOCK = (f"pytest.mark.{name}" for name in ("vcr", "default_cassette", "block_network"))
_FIXTURES = {
    "vcr_cassette_dir": "move the cassettes to where ours are: cassettes/MODULE/TEST.json below rootdir",
    "vcr_cassette_name": "name the cassette in the marker: @pytest.mark.cassette(NAME)",
    "default_cassette_name": "name the cassette in the marker: @pytest.mark.cassette(NAME)",
    "vcr": "say in `ignore` what its matchers left out, and take the fixture away",
    "pytest_recording_configure": "say in `ignore` and `redact` what it set up, and take it away",
    "record_mode": "set record in the fixture playhead_config, or in [tool.playhead]",
}


class Markers(cst.CSTTransformer):
    """Rewrites the markers and fixtures of one module."""

    def __init__(self, path: Path, root: Path, reader: Reader, module: cst.Module, leave: Leave) -> None:
        super().__init__()
        self._path, self._root, self._reader, self._module, self._leave = path, root, reader, module, leave
        self._names: list[str | None] = []
        self._marked: list[set[str]] = [_module_marks(module)]
        self._configured = any(_is_function(each, "playhead_config") for each in module.body)

    # Which markers apply here

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802  # libcst's names, here and below
        self._marked.append(self._marked[-1] | _marks(node))

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:  # noqa: N802, ARG002
        self._marked.pop()
        return updated_node

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802
        own = _marks(node)
        self._marked.append(self._marked[-1] | own)
        self._names.append(self._default_name(node) if {VCR, DEFAULT} <= own else None)

    def _default_name(self, node: cst.FunctionDef) -> str | None:
        found = next(each.decorator for each in node.decorators if _mark(each.decorator) == DEFAULT)
        return self._named(found)

    def _named(self, node: cst.BaseExpression) -> str | None:
        """Return the name of ours for that of a `default_cassette` marker; None for one that is computed."""
        if not isinstance(node, cst.Call) or len(node.args) != 1:
            return None
        name = self._reader.read(self._module.code_for_node(node.args[0].value))
        if not isinstance(name, str) or Path(name).is_absolute() or ".." in Path(name).parts:
            return None
        target = default_target(self._root, self._path, name.removesuffix(".yaml").removesuffix(".yml"))
        return target.relative_to(self._root / "cassettes").as_posix().removesuffix(".json")

    # Markers

    def visit_Call(self, node: cst.Call) -> bool:  # noqa: N802
        return _mark(node) == ""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        return self._marker(original_node, updated_node)

    def visit_Attribute(self, node: cst.Attribute) -> None:  # noqa: N802
        name = dotted(node)
        if f"pytest.{name}" in (VCR, DEFAULT, BLOCK):
            self._leave(node, name, "it may be another mark than pytest's", f"write pytest.{name}, and migrate again")

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        return self._marker(original_node, updated_node)

    def leave_Decorator(  # noqa: N802
        self, original_node: cst.Decorator, updated_node: cst.Decorator
    ) -> cst.Decorator | cst.RemovalSentinel:
        name = _mark(original_node.decorator)
        covered = self._marked[-1]
        if name == BLOCK and VCR in covered and not _has_arguments(original_node.decorator):
            return cst.RemoveFromParent()
        if name == DEFAULT and self._names and self._names[-1] is not None:
            return cst.RemoveFromParent()
        return updated_node

    def _marker(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        name = _mark(original)
        if name == VCR:
            return self._vcr(original, updated)
        if name == DEFAULT:
            return self._default(original, updated)
        if name == BLOCK:
            return self._block(original, updated)
        return updated

    def _vcr(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        given: dict[str, object] = {}
        for each in original.args if isinstance(original, cst.Call) else ():
            if each.keyword is None:
                hand = "record the test again on one cassette, or join the files"
                self._leave(original, self._module.code_for_node(original), "the test is on several cassettes", hand)
                return updated
            given[each.keyword.value] = self._reader.read(self._module.code_for_node(each.value))
        result = mapped(given, marker=True)
        if result.left:
            self._tell(original, result)
            return updated
        return self._cassette(self._names[-1] if self._names else None, result.ours)

    def _default(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        name = self._named(original)
        if name is None:
            hand = "name the cassette: @pytest.mark.cassette(NAME)"
            self._leave(original, "default_cassette", "the name of the cassette is computed", hand)
            return updated
        return self._cassette(name, {})

    def _block(self, original: cst.BaseExpression, updated: cst.BaseExpression) -> cst.BaseExpression:
        if _has_arguments(original):
            hand = "name the hosts in passthrough; patterns there are *.host, no regular expressions"
            self._leave(original, "block_network", "allowed_hosts are regular expressions", hand)
            return updated
        return self._cassette(None, {"record": "none"})

    @staticmethod
    def _cassette(name: str | None, options: dict[str, object]) -> cst.BaseExpression:
        marker = cst.parse_expression("pytest.mark.cassette")
        if name is None and not options:
            return marker
        return cst.Call(marker, arguments(name, options))

    # Fixtures, and functions that take the fixture `vcr`

    def leave_FunctionDef(  # noqa: N802
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseStatement]:
        covered = self._marked.pop()
        self._names.pop()
        name = original_node.name.value
        if name == "vcr_config" and _is_fixture(original_node):
            return self._config(original_node, updated_node)
        if name in _FIXTURES and (_is_fixture(original_node) or name.startswith("pytest_")):
            self._leave(original_node.name, f"{name}", "it is computed when the suite runs", _FIXTURES[name])
            return updated_node
        return self._without_vcr(original_node, updated_node, covered)

    def _without_vcr(self, original: cst.FunctionDef, updated: cst.FunctionDef, covered: set[str]) -> cst.FunctionDef:
        found = next((each for each in original.params.params if each.name.value == "vcr"), None)
        if found is None:
            return updated
        if uses(original.body, "vcr") or VCR not in covered:
            hand = "take the fixture deck: deck.played, deck.unplayed, deck.interactions"
            self._leave(found, f"the fixture vcr in {original.name.value}", "it is vcrpy's cassette", hand)
            return updated
        kept = [each for each in updated.params.params if each.name.value != "vcr"]
        if kept:
            kept[-1] = kept[-1].with_changes(comma=original.params.params[-1].comma)
        return updated.with_changes(params=updated.params.with_changes(params=kept))

    def _config(
        self, original: cst.FunctionDef, updated: cst.FunctionDef
    ) -> cst.FunctionDef | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseStatement]:
        returned = _returned(original)
        options = None if returned is None else self._reader.options(self._module.code_for_node(returned))
        if options is None:
            hand = "return the options of playhead from a fixture playhead_config"
            self._leave(original.name, "vcr_config", "what it returns is computed", hand)
            return updated
        result = mapped(options, marker=True)
        self._tell(original.name, result)
        ours = self._ours(original, updated, result.ours)
        if not result.left:
            return ours or cst.RemoveFromParent()
        if ours is None or self._configured:
            return updated
        return cst.FlattenSentinel([updated, ours.with_changes(leading_lines=[cst.EmptyLine(), cst.EmptyLine()])])

    @staticmethod
    def _ours(
        original: cst.FunctionDef, updated: cst.FunctionDef, options: dict[str, object]
    ) -> cst.FunctionDef | None:
        if not options:
            return None
        inside = ", ".join(f"{spelled(key)}: {spelled(value)}" for key, value in options.items())
        body = original.body.with_changes(body=[cst.parse_statement(f"return {{{inside}}}")])
        return updated.with_changes(name=cst.Name("playhead_config"), body=body)

    def _tell(self, node: cst.CSTNode, result: Mapped) -> None:
        for name, why, hand in result.left:
            self._leave(node, name, why, hand)


def _mark(node: cst.BaseExpression | cst.BaseSuite) -> str:
    """Return the dotted name of a marker of pytest-recording, called or not; empty for all else."""
    name = dotted(node.func if isinstance(node, cst.Call) else node)
    return name if name in (VCR, DEFAULT, BLOCK) else ""


def _marks(node: cst.ClassDef | cst.FunctionDef) -> set[str]:
    return {_mark(each.decorator) for each in node.decorators} - {""}


def _module_marks(module: cst.Module) -> set[str]:
    found = [each for each in module.body if isinstance(each, cst.SimpleStatementLine)]
    code = [module.code_for_node(each) for each in found]
    return {VCR} if any("pytestmark" in each and VCR in each for each in code) else set()


def _has_arguments(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Call) and bool(node.args)


def _is_function(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.FunctionDef) and node.name.value == name


def _is_fixture(node: cst.FunctionDef) -> bool:
    names = [
        dotted(each.decorator.func if isinstance(each.decorator, cst.Call) else each.decorator)
        for each in node.decorators
    ]
    return any(name in ("pytest.fixture", "fixture") for name in names)


def _returned(node: cst.FunctionDef) -> cst.BaseExpression | None:
    """Return what the one `return` of a function returns; None if it does anything else but define helpers."""
    body = [each for each in node.body.body if not isinstance(each, cst.FunctionDef)]
    lines = [each.body[0] for each in body if isinstance(each, cst.SimpleStatementLine) and len(each.body) == 1]
    plain = [each for each in lines if not (isinstance(each, cst.Expr) and isinstance(each.value, cst.SimpleString))]
    if len(lines) == len(body) and len(plain) == 1 and isinstance(plain[0], cst.Return):
        return plain[0].value
    return None
