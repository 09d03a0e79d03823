"""Reading and writing a cassette of vcrpy: through its persister and serializer, and with our promises.

What is written is redacted, whoever writes it, and vcrpy's own file is replaced at once. What cannot be read is an
error, and never an empty cassette.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from vcr.persisters.filesystem import CassetteNotFoundError, FilesystemPersister
from vcr.serialize import serialize
from vcr.serializers import jsonserializer, yamlserializer

from playhead.compat.vcr.errors import CassetteUnreadable
from playhead.compat.vcr.redacting import redacted_pairs
from playhead.errors import PlayheadError
from playhead.redaction.redact import Redactor
from playhead.store.files import replace_file

__all__ = ["Reading", "Writing", "is_file"]

_SERIALIZERS = {id(yamlserializer): "yaml", id(jsonserializer): "json"}
_save = FilesystemPersister.save_cassette


def is_file(persister: Any) -> bool:
    """Return True if the persister keeps a cassette in the file at its path."""
    return persister is FilesystemPersister or isinstance(persister, FilesystemPersister)


class Reading:
    """A persister that reads as another one does, and names what is wrong with a file."""

    def __init__(self, persister: Any) -> None:
        self._persister = persister

    def load_cassette(self, cassette_path: Any, serializer: Any) -> Any:
        """Return requests and responses.

        Raises:
            CassetteNotFoundError: There is no cassette.
            CassetteUnreadable: There is one, and it cannot be read.
        """
        try:
            return self._persister.load_cassette(cassette_path, serializer=serializer)
        except (CassetteNotFoundError, PlayheadError):
            raise
        except Exception as error:
            if not is_file(self._persister):
                error.add_note(f"  persister {_name_of(self._persister)}, which reads {cassette_path}")
                raise
            raise CassetteUnreadable(str(cassette_path), _reason(error, serializer)) from error


class Writing:
    """A persister that writes as another one does, without secrets."""

    def __init__(self, persister: Any, redactor: Redactor, spared: Collection[str] = ()) -> None:
        self._persister = persister
        self._redactor = redactor
        self._spared = spared

    def save_cassette(self, cassette_path: Any, cassette_dict: dict[str, Any], serializer: Any) -> None:
        """Write requests and responses.

        Raises:
            SecretFound: A secret is left in them.
        """
        pairs = list(zip(cassette_dict["requests"], cassette_dict["responses"], strict=True))
        kept = redacted_pairs(pairs, self._redactor, Path(str(cassette_path)).parent, self._spared)
        whole = {
            **cassette_dict,
            "requests": [request for request, _ in kept],
            "responses": [response for _, response in kept],
        }
        try:
            if is_file(self._persister) and self._persister.save_cassette is _save:
                replace_file(Path(cassette_path), _text(serialize(whole, serializer)))
            else:
                self._persister.save_cassette(cassette_path, whole, serializer=serializer)
        except PlayheadError:
            raise
        except Exception as error:
            error.add_note(
                f"  cassette  {cassette_path} was not written by {_name_of(self._persister)} with the serializer "
                f"{_name_of(serializer)}"
            )
            raise


def _text(said: Any) -> bytes:
    return said if isinstance(said, bytes) else str(said).encode("utf-8", "surrogateescape")


def _reason(error: Exception, serializer: Any) -> str:
    if id(serializer) not in _SERIALIZERS:
        return f"the serializer {_name_of(serializer)} raised {type(error).__name__} ({error})"
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if isinstance(error, KeyError | TypeError | AttributeError) else said


def _name_of(value: Any) -> str:
    name = getattr(value, "__name__", None) or type(value).__name__
    return _SERIALIZERS.get(id(value), str(name))
