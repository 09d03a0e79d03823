"""`VCR` of vcrpy, whose cassettes are on decks of playhead."""

from __future__ import annotations

import inspect
import os
from difflib import get_close_matches
from functools import partial
from itertools import chain
from typing import Any

import vcr.config

from playhead.compat.vcr.cassette import Cassette
from playhead.compat.vcr.errors import UnknownMatcher, UnknownOption

__all__ = ["OPTIONS", "VCR"]

_OF_A_CASSETTE = {"additional_matchers", "allow_playback_repeats", "path", "persister", "with_current_defaults"}
OPTIONS = frozenset(inspect.signature(vcr.config.VCR).parameters) | _OF_A_CASSETTE
"""The options that `use_cassette` takes."""
_REPLACING = ("filter_headers", "filter_query_parameters", "filter_post_data_parameters")


class VCR(vcr.config.VCR):  # type: ignore[misc]  # vcrpy has no types
    """Configuration of cassettes. The arguments are vcrpy's."""

    def use_cassette(self, path: Any = None, **kwargs: Any) -> Any:
        """Return what puts a cassette into effect: a context manager, a decorator, or a function that was decorated.

        Raises:
            UnknownOption: An option is not one of vcrpy's.
        """
        _expect_known(kwargs)
        if path is not None and not isinstance(path, str | os.PathLike):
            return self._using(**kwargs)(path)
        return self._using(path=path, **kwargs)

    def _using(self, with_current_defaults: bool = False, **kwargs: Any) -> Any:  # vcrpy's name
        if with_current_defaults:
            return Cassette.use(**self.get_merged_config(**kwargs))
        return Cassette.use_arg_getter(partial(self.get_merged_config, **kwargs))

    def get_merged_config(self, **kwargs: Any) -> dict[str, Any]:
        """Return the arguments of a cassette, of these options and those of this configuration.

        Raises:
            UnknownMatcher: `match_on` names a matcher that is not registered.
        """
        matchers: Any = kwargs.get("match_on", self.match_on)
        for name in (*matchers, *kwargs.get("additional_matchers", ())):
            if name not in self.matchers:
                raise UnknownMatcher(
                    f"Matcher {name} doesn't exist or isn't registered{_meant(str(name), self.matchers)}."
                )
        merged: dict[str, Any] = super().get_merged_config(**kwargs)
        given = [kwargs.get(name, getattr(self, name)) for name in _REPLACING]
        merged["spared"] = {each[1] for each in chain(*given) if isinstance(each, tuple) and isinstance(each[1], str)}
        return merged


def _expect_known(options: dict[str, Any]) -> None:
    for name in options:
        if name not in OPTIONS:
            raise UnknownOption(f"{name} is not an option of vcrpy's use_cassette{_meant(name, OPTIONS)}.")


def _meant(name: str, known: Any) -> str:
    near = get_close_matches(name, known, n=1)
    return f": did you mean {near[0]}?" if near else f": the names are {', '.join(sorted(known))}"
