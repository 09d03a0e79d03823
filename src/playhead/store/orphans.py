"""Large bodies that no cassette needs any more: they are removed, unless another file of the folder names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from playhead.model.call import Invocation
from playhead.model.cassette import Interaction
from playhead.model.http import BodyFile
from playhead.store.files import remove
from playhead.store.lacking import BODIES

__all__ = ["bodies_in", "drop_bodies", "files_of"]


def files_of(interaction: Interaction) -> Iterator[BodyFile]:
    """The large bodies of an interaction; calls have none."""
    if isinstance(interaction, Invocation):
        return
    for message in (interaction.request, interaction.response):
        if message is not None and isinstance(message.body, BodyFile):
            yield message.body


def bodies_in(folder: Path) -> frozenset[str]:
    """The names of the large bodies that are there, as cassettes give them."""
    try:
        return frozenset(f"{BODIES}/{each.name}" for each in (folder / BODIES).iterdir())
    except OSError:
        return frozenset()


def drop_bodies(folder: Path, names: Iterable[str]) -> None:
    """Remove those of these bodies that no cassette or journal in this folder names."""
    for name in names:
        digest = Path(name).stem.encode()
        if not any(digest in each.read_bytes() for each in _namers(folder)):
            remove(folder / name)


def _namers(folder: Path) -> Iterator[Path]:
    for each in folder.iterdir():
        if each.suffix in (".json", ".msgpack", ".journal") and each.is_file():
            yield each
