"""Files of other tools in the place of one of ours, recognised by their outermost parts; `formats` reads them."""

from __future__ import annotations

import re

from playhead.errors import NotACassette

__all__ = ["of_another", "tool_of", "tool_of_yaml"]

_YAML = re.compile(
    r"(?:(?:---|#|%|[ \t]*$|version:|recorded_with:).*\n)*(?P<word>interactions|http_interactions):", re.MULTILINE
)
_GO_VCR = re.compile(r"^ +(?:form|proto|duration):", re.MULTILINE)


def tool_of_yaml(text: str) -> str | None:
    """Return the tool that wrote a text in YAML, judged by its beginning; `None` for any other text."""
    found = _YAML.match(text)
    if found is None:
        return None
    if found["word"] == "http_interactions":
        return "Ruby's VCR or betamax"
    return "go-vcr" if _GO_VCR.search(text) else "vcrpy"


def of_another(tool: str, path: str) -> NotACassette:
    """Return the error for a file of another tool."""
    return NotACassette(path, f"it looks as if {tool} had written it, but it is not as that writes cassettes")


def tool_of(document: object) -> str | None:
    """Return the tool that wrote a document, `None` if it is not one of the known ones."""
    if isinstance(document, list):
        return "vcrpy" if document and _is_vcrpy(document[0]) else None
    if not isinstance(document, dict) or "playhead" in document:
        return None
    if isinstance(log := document.get("log"), dict) and "entries" in log:
        return "a browser or a proxy (HAR)"
    if "http_interactions" in document:
        return "Ruby's VCR or betamax"
    interactions = document.get("interactions")
    if not isinstance(interactions, list):
        return None
    return _tool_of_first(interactions[0]) if interactions else "vcrpy" if "version" in document else None


def _tool_of_first(interaction: object) -> str | None:
    if _is_vcrpy(interaction):
        return "vcrpy"
    request, response = _sides(interaction)
    if "form" in request or "duration" in response:
        return "go-vcr"
    if isinstance(response.get("status"), int) and ("url" in request or "uri" in request):
        return "cassetter"
    return None


def _is_vcrpy(interaction: object) -> bool:
    request, response = _sides(interaction)
    return "uri" in request and (isinstance(response.get("status"), dict) or "status_code" in response)


def _sides(interaction: object) -> tuple[dict[str, object], dict[str, object]]:
    sides = interaction if isinstance(interaction, dict) else {}
    request, response = sides.get("request"), sides.get("response")
    return request if isinstance(request, dict) else {}, response if isinstance(response, dict) else {}
