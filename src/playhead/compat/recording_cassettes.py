"""The cassette of a test by the rules of pytest-recording: its name, its folder, its options, and further cassettes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import pytest
from vcr.serialize import deserialize

from playhead.compat.vcr import VCR
from playhead.compat.vcr.cassette import CassetteContextDecorator, CassetteNotFoundError, FilesystemPersister
from playhead.settings.resolve import resolve

__all__ = ["cassette_for", "default_name", "merged_options"]

_LONGEST_NAME = 255
_UNSAFE = str.maketrans(dict.fromkeys("<>?%*:|\"'/\\", "-"))


def default_name(test_class: type | None, name: str) -> str:
    """Return the name of a test's cassette, without a suffix."""
    whole = f"{test_class.__name__}.{name}" if test_class else name
    return whole.translate(_UNSAFE)


def merged_options(config: Mapping[str, Any], markers: Sequence[pytest.Mark]) -> dict[str, Any]:
    """Return the options of a test: those of `vcr_config`, and over them those of the markers, the nearest last."""
    merged = deepcopy(dict(config))
    for marker in reversed(markers):
        merged |= marker.kwargs
    return merged


def cassette_for(
    name: str,
    folder: str,
    record_mode: str,
    markers: Sequence[pytest.Mark],
    config: Mapping[str, Any],
    run: pytest.Config,
) -> CassetteContextDecorator:
    """Return what puts the cassette of a test into effect, for as long as its `vcr` fixture lives."""
    options = merged_options(config, markers)
    suffix = f".{options['serializer']}" if "serializer" in options else ".yaml"
    with_suffix = VCR.ensure_suffix(suffix)
    name, record_mode = _shortened(name, suffix), options.get("record_mode", record_mode)
    if record_mode == "rewrite":
        record_mode = "new_episodes"
        if not resolve({"record": "all"}).ceiling:
            _forget(with_suffix(os.path.join(folder, name)))  # noqa: PTH118  # a path in vcrpy's spelling
        if "record_mode" in options:
            options["record_mode"] = record_mode
    recorder = VCR(path_transformer=with_suffix, cassette_library_dir=folder, record_mode=record_mode)
    further = [os.path.join(folder, path) for marker in markers for path in marker.args]  # noqa: PTH118
    recorder.register_persister(_Several(further))
    run.hook.pytest_recording_configure(config=run, vcr=recorder)
    used: CassetteContextDecorator = recorder.use_cassette(name, **options)
    used.ambient = True
    return used


class _Several(FilesystemPersister):  # type: ignore[misc]  # vcrpy has no types
    """Reads further cassettes behind the first, and writes that one alone."""

    def __init__(self, further: Sequence[str]) -> None:
        self._further = further

    def load_cassette(self, cassette_path: str, serializer: Any) -> tuple[list[Any], list[Any]]:
        """Return the requests and responses of all cassettes that are there."""
        requests: list[Any] = []
        responses: list[Any] = []
        for path in dict.fromkeys((str(cassette_path), *self._further)):
            if not os.path.isfile(path):  # noqa: PTH113
                continue
            with open(path, encoding="utf-8") as file:  # noqa: PTH123
                found = deserialize(file.read(), serializer)
            requests += found[0]
            responses += found[1]
        if not requests:
            raise CassetteNotFoundError("No cassettes found.")
        return requests, responses


def _shortened(name: str, suffix: str) -> str:
    if len(name) + len(suffix) <= _LONGEST_NAME:
        return name
    digest = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return f"{name[: _LONGEST_NAME - len(suffix) - len(digest) - 3]}...{digest}"


def _forget(path: str) -> None:
    if os.path.isfile(path):  # noqa: PTH113
        os.remove(path)  # noqa: PTH107
