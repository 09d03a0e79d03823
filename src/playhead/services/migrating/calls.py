"""`vcr.use_cassette(...)`, and `use_cassette` of objects made by `vcr.VCR(...)`, as `playhead.use_cassette(...)`.

Only decorators and with blocks are rewritten, whose cassette is named by a path that can be read off the source.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import libcst as cst

from playhead.services.migrating.literal import UNKNOWN, Reader
from playhead.services.migrating.names import arguments, dotted, uses
from playhead.services.migrating.options import mapped
from playhead.services.migrating.where import TAPES

__all__ = ["Calls", "Leave"]

Leave = Callable[[cst.CSTNode, str, str, str], None]
_PATH = "write the path of the cassette out, or put the test on its own cassette with @pytest.mark.cassette"


class Calls(cst.CSTTransformer):
    """Rewrites the calls of one module, and collects the cassettes that they name."""

    def __init__(self, path: Path, root: Path, reader: Reader, module: cst.Module, leave: Leave) -> None:
        super().__init__()
        self.tapes: list[tuple[Path, Path]] = []
        self._path, self._root, self._reader, self._module, self._leave = path, root, reader, module, leave
        self._recorders: dict[str, dict[str, object]] = {}
        self._calls: set[str] = set()
        self._classes: set[str] = set()
        self._understood: set[cst.Call] = set()
        self._told: set[cst.BaseExpression] = set()
        self._depth = 0

    def visit_Import(self, node: cst.Import) -> None:  # noqa: N802  # libcst's names, here and below
        for each in node.names:
            if dotted(each.name) == "vcr":
                name = dotted(each.asname.name) if each.asname else "vcr"
                self._calls.add(f"{name}.use_cassette")
                self._classes.add(f"{name}.VCR")

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802
        if dotted(node.module) != "vcr" or isinstance(node.names, cst.ImportStar):
            return
        for each in node.names:
            name = dotted(each.asname.name if each.asname else each.name)
            {"use_cassette": self._calls, "VCR": self._classes}.get(dotted(each.name), set()).add(name)

    def visit_Assign(self, node: cst.Assign) -> None:  # noqa: N802
        call = node.value
        if not isinstance(call, cst.Call) or dotted(call.func) not in self._classes:
            return
        name, options = dotted(node.targets[0].target), self._options(call)
        if len(node.targets) == 1 and name and options is not None:
            self._recorders[name] = options
            self._calls.add(f"{name}.use_cassette")

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802
        for base in node.bases:
            if dotted(base.value).split(".")[-1] in ("VCRTestCase", "VCRMixin"):
                hand = "derive from unittest.TestCase, and put playhead.use_cassette(PATH) on the class"
                self._leave(base, dotted(base.value), "it names a cassette per test at run time", hand)

    def visit_Decorator(self, node: cst.Decorator) -> None:  # noqa: N802
        if isinstance(node.decorator, cst.Call):
            self._understood.add(node.decorator)
        elif dotted(node.decorator) in self._calls:
            self._leave(node, dotted(node.decorator), "the cassette is named by the function", _PATH)

    def visit_With(self, node: cst.With) -> None:  # noqa: N802
        found = [each for each in node.items if isinstance(each.item, cst.Call) and self._is_ours(each.item)]
        for each in found:
            assert isinstance(each.item, cst.Call)
            if len(found) > 1 or self._depth:
                self._leave(
                    each.item, "nested cassettes", "which of them answers depends on the nesting", "use one cassette"
                )
                self._understood.discard(each.item)
            elif each.asname is not None and uses(node.body, dotted(each.asname.name)):
                hand = "ask the deck: deck.played, deck.unplayed, deck.interactions"
                self._leave(
                    each.item, f"cassette as {dotted(each.asname.name)}", "the block reads vcrpy's cassette", hand
                )
            else:
                self._understood.add(each.item)
        self._told |= {each.item for each in found} - self._understood
        self._depth += bool(found)

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:  # noqa: N802
        self._depth -= any(isinstance(each.item, cst.Call) and self._is_ours(each.item) for each in original_node.items)
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        if not self._is_ours(original_node) or original_node in self._told:
            return updated_node
        if original_node not in self._understood:
            hand = "make it a with block or a decorator, or put the test on its cassette with @pytest.mark.cassette"
            self._leave(original_node, self._code(original_node), "it is neither a decorator nor a with block", hand)
            return updated_node
        recorder = dotted(original_node.func).removesuffix(".use_cassette")
        given = self._options(original_node, skip=1)
        options = {**self._recorders.get(recorder, {}), **(given or {})}
        theirs, ours = self._paths(original_node, options)
        if given is None or theirs is None or ours is None:
            self._leave(
                original_node, self._code(original_node), "the cassette's path or the options are computed", _PATH
            )
            return updated_node
        options.setdefault("record_mode", "once")
        result = mapped({key: value for key, value in options.items() if key != "path_transformer"}, marker=False)
        if result.left:
            for name, why, hand in result.left:
                self._leave(original_node, f"{name} of {recorder}.use_cassette", why, hand)
            return updated_node
        self.tapes.append((theirs, ours))
        shown = ours.relative_to(self._root).as_posix()
        func = cst.parse_expression("playhead.use_cassette")
        return updated_node.with_changes(func=func, args=arguments(shown, result.ours))

    def _is_ours(self, call: cst.Call) -> bool:
        return dotted(call.func) in self._calls

    def _options(self, call: cst.Call, skip: int = 0) -> dict[str, object] | None:
        options: dict[str, object] = {}
        for each in call.args[skip:] if not call.args or call.args[0].keyword is None else call.args:
            if each.keyword is None:
                return None
            code = self._code(each.value)
            suffixing = each.keyword.value == "path_transformer" and "VCR.ensure_suffix(" in code
            options[each.keyword.value] = (
                self._reader.read(code.split("(", 1)[1][:-1]) if suffixing else self._reader.read(code)
            )
        return options

    def _paths(self, call: cst.Call, options: dict[str, object]) -> tuple[Path | None, Path | None]:
        """Return the file of vcrpy and ours."""
        name = options.pop("path", UNKNOWN)
        if call.args and call.args[0].keyword is None:
            name = self._reader.read(self._code(call.args[0].value))
        folder, suffix = options.pop("cassette_library_dir", ""), options.get("path_transformer", "")
        if isinstance(name, Path):
            name = str(name)
        if not isinstance(name, str) or not isinstance(folder, str | Path) or not isinstance(suffix, str):
            return None, None
        theirs = self._root / folder / (name if name.endswith(suffix) else name + suffix)
        if not theirs.is_relative_to(self._root) or ".." in theirs.parts or theirs.suffix == ".json":
            return None, None
        ours = theirs.with_suffix(".json") if theirs.suffix in TAPES else theirs.with_name(theirs.name + ".json")
        return theirs, ours

    def _code(self, node: cst.CSTNode) -> str:
        return self._module.code_for_node(node)
