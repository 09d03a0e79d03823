"""OpenAPI documents, and suites held against them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from playhead.contract.policy import Policy
from playhead.openapi.document import Document, document_of
from playhead.openapi.judge import Conformance
from playhead.openapi.violations import Checker
from playhead.services.openapi_files import read_openapi
from playhead.services.verifying.plan import Recording
from playhead.store.bodies import read_body

__all__ = ["hold_against", "load_document"]

_DEFAULT = Policy()


def load_document(path: Path) -> Document:
    """Return the document in a file.

    Raises `UsageError` if there is no file, if it cannot be read, or if it refers to something that is not there.
    """
    return document_of(read_openapi(path), str(path))


def hold_against(
    document: Document, recordings: Iterable[Recording], tick: Callable[[Path], object] = id, policy: Policy = _DEFAULT
) -> Conformance:
    """Hold all exchanges of a suite against a document, `tick` being told each cassette that is done."""
    conformance = Conformance(Checker(document, read_body), policy)
    for recording in recordings:
        for exchange in recording.exchanges:
            conformance.add(exchange)
        tick(recording.path)
    return conformance
