"""The name of the function that a frame is calling, which shows what a thread in C code is doing there."""

from __future__ import annotations

import dis
from functools import lru_cache
from types import CodeType, FrameType

__all__ = ["called_name"]


def called_name(frame: FrameType) -> str:
    """Return `"get"` for a frame that is in `self.queue.get()`, and `""` for one that makes no plain call."""
    return _called(frame.f_code, frame.f_lasti)


@lru_cache(maxsize=512)
def _called(code: CodeType, offset: int) -> str:
    instructions = [each for each in dis.get_instructions(code) if each.offset <= offset]
    if not instructions or instructions[-1].offset != offset:
        return ""
    call = instructions[-1]
    if call.opname not in {"CALL", "PRECALL", "CALL_KW", "CALL_FUNCTION_EX"} or call.positions is None:
        return ""
    for each in reversed(instructions[:-1]):
        where = each.positions
        loads = (
            each.opname.startswith("LOAD") and each.opname != "LOAD_CONST"
        )  # a constant may be the names of keyword arguments
        if loads and where is not None and _opens(where, call.positions):
            return str(each.argval)
    return ""


def _opens(where: dis.Positions, call: dis.Positions) -> bool:
    """Return True if an instruction loads the called function: it starts where the call starts, and ends earlier."""
    if where.lineno != call.lineno or where.col_offset != call.col_offset:
        return False
    return (where.end_lineno or 0, where.end_col_offset or 0) < (call.end_lineno or 0, call.end_col_offset or 0)
