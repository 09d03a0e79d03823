"""The objects and arrays that are open while JSON is scanned, and which rule the values in them fall under.

Everything below a certain name is secret. A JSON Schema is the exception: below `properties` a name such as `password`
describes a value, and of what stands there only `default`, `const`, `enum` and `examples` are such values.
"""

from __future__ import annotations

from dataclasses import dataclass

from playhead.redaction.rules import Rule

__all__ = ["EarlyValue", "Frame"]

_OF_SCHEMAS = frozenset({"properties", "patternproperties", "definitions", "defs"})
"""Folded names of objects whose members are schemas, each under the name of what it describes."""

_VALUES = frozenset({"default", "const", "enum", "examples", "example"})
_WITHIN = "items prefixitems contains anyof oneof allof not if then else additionalproperties unevaluatedproperties"
_SCHEMAS = frozenset(_WITHIN.split())
_KEYWORDS = """
    type format title description pattern ref id schema anchor comment required readonly writeonly deprecated nullable
    minlength maxlength minimum maximum exclusiveminimum exclusivemaximum multipleof minitems maxitems uniqueitems
    minproperties maxproperties contentencoding contentmediatype contentschema discriminator xml externaldocs
    dependentrequired dependentschemas propertynames strict
"""
_SAYING = _OF_SCHEMAS | _SCHEMAS | frozenset(_KEYWORDS.split())
"""Members of a schema that say something about a value. Under others there may be the value itself."""


@dataclass(slots=True)
class EarlyValue:
    """A `value` whose name has not come yet: where it begins, and which spans of the scanner it has so far."""

    start: int
    first: int
    last: int = -1
    is_text: bool = False


class Frame:
    """An object or array that is open: what its values inherit, and what the name before the next value says.

    In a schema `described` is the rule for what it describes; in an object of schemas `describes` is true.
    """

    __slots__ = (
        "described",
        "describes",
        "inherited",
        "is_object",
        "is_schema",
        "key_from",
        "key_to",
        "name",
        "named",
        "pending",
        "record",
        "value",
    )

    def __init__(self, inherited: Rule | None = None, *, is_object: bool = False) -> None:
        self.inherited = inherited
        self.is_object = is_object
        self.is_schema = self.describes = False
        self.described: Rule | None = None
        self.pending: Rule | None = None
        self.name = ""
        self.named: Rule | None = None
        self.record = False
        self.key_from = self.key_to = -1
        self.value: EarlyValue | None = None

    @property
    def rule(self) -> Rule | None:
        """The rule for the value that comes next."""
        inherited = self._described() if self.is_schema else self.inherited
        if self.pending is None or (inherited is not None and inherited.certain and not self.pending.certain):
            return inherited
        return self.pending

    def opened(self, *, is_object: bool) -> Frame:
        """Return the frame of an object or array that opens here.

        A rule that holds only sometimes applies to texts, and is not passed on to what stands below an object.
        """
        rule = self.rule
        inner = Frame(rule if rule is not None and (rule.certain or self.is_schema) else None, is_object=is_object)
        if self.describes:
            inner.is_schema = is_object
            inner.described, inner.inherited = self.pending, self.inherited
        elif self.is_object and self.name in _OF_SCHEMAS:
            inner.describes = is_object
        elif self.is_schema and (self.name in _SCHEMAS or not self.is_object):
            inner.is_schema, inner.described, inner.inherited = True, self.described, self.inherited
        return inner

    def _described(self) -> Rule | None:
        if self.name in _VALUES or not self.is_object:
            return self.described or self.inherited
        if self.name in _SAYING:
            return self.inherited
        return self.described if self.described is not None and self.described.certain else self.inherited
