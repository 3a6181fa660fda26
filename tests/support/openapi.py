"""The service's routes as an OpenAPI document, so that schemathesis can make requests for each of them.

Paths come from the application's own routes, fields and values of forms from the pages that show them: a route cannot be
forgotten. What providers send is written down here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount, Route

_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
_TEXT = {"type": "string", "maxLength": 300}


@dataclass
class Form:
    """A form on a page: where it goes, and the values each of its fields has there."""

    action: str
    method: str
    fields: dict[str, set[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._path, self._select = path, ""
        self._inside: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = Form(said.get("action") or self._path, said.get("method", "get"))
            self.found.append(self._inside)
        elif self._inside is not None and tag in ("input", "textarea", "button", "select") and said.get("name"):
            self._select = said["name"] if tag == "select" else ""
            self._inside.fields.setdefault(said["name"], set()).update({said["value"]} if "value" in said else ())
        elif self._inside is not None and tag == "option" and self._select:
            self._inside.fields[self._select].add(said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None


def forms_in(path: str, html: str) -> list[Form]:
    parser = _Forms(path)
    parser.feed(html)
    return parser.found


def routes_of(app: Starlette) -> list[tuple[str, str]]:
    """(method, path) of every route; for a folder of files, files in it."""
    found = []
    for route in app.routes:
        if isinstance(route, Mount):
            found.append(("GET", f"{route.path}/{{file}}"))
        elif isinstance(route, Route):
            found += [(method, route.path) for method in sorted(route.methods or ()) if method != "HEAD"]
    return found


def pattern(path: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub("[^/]+", path) + "$")


def document(app: Starlette, known: Mapping[str, Sequence[str]], forms: Iterable[Form]) -> dict[str, Any]:
    """OpenAPI 3.1 of everything the application answers.

    Args:
        known: values of path parameters that name something that is there.
        forms: as the pages show them.
    """
    shown = list(forms)
    paths: dict[str, Any] = {}
    for method, path in routes_of(app):
        operation = paths.setdefault(_PARAMETER.sub(r"{\1}", path), {})[method.lower()] = {
            "parameters": [*_in_path(path, known), *(_in_query(path, shown) if method == "GET" else ())],
            "responses": {"default": {"description": "anything but an error of ours"}},
        }
        if method == "POST":
            operation["requestBody"] = {"required": True, "content": _body(path, shown)}
    return {"openapi": "3.1.0", "info": {"title": "Faro", "version": "1"}, "paths": paths}


def _in_path(path: str, known: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"anyOf": [{"enum": list(known[name])}, {**_TEXT, "minLength": 1}]},
        }
        for name in _PARAMETER.findall(path)
    ]


_ASKED = ("next", "part", "show", "address", "after")
"""What a page may be asked for besides the fields of its forms."""


def _in_query(path: str, shown: Sequence[Form]) -> list[dict[str, Any]]:
    values = {name: set[str]() for name in _ASKED} | fields_of(path, "get", shown)
    return [{"name": name, "in": "query", "schema": _value(seen)} for name, seen in values.items()]


def fields_of(path: str, method: str, shown: Sequence[Form]) -> dict[str, set[str]]:
    fields: dict[str, set[str]] = {}
    for form in shown:
        if form.method == method and pattern(path).match(form.action):
            for name, values in form.fields.items():
                fields.setdefault(name, set()).update(values)
    fields.pop("token", None)
    return fields


def _value(seen: Iterable[str]) -> dict[str, Any]:
    values = sorted(seen)
    return {"anyOf": [{"enum": values}, _TEXT]} if values else _TEXT


def _body(path: str, shown: Sequence[Form]) -> dict[str, Any]:
    if path in ("/webhooks/telegram", "/simulator/send"):
        return {"application/json": {"schema": _UPDATE if "telegram" in path else _SIMULATED}}
    if path.startswith("/webhooks/"):
        return {"application/x-www-form-urlencoded": {"schema": _TWILIO}}
    properties = {name: _value(values) for name, values in fields_of(path, "post", shown).items()}
    return {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": properties}}}


_INTEGER = {"type": "integer"}
_FILE = {
    "type": "object",
    "properties": {"file_id": _TEXT, "file_unique_id": _TEXT, "width": _INTEGER, "height": _INTEGER, "duration": _INTEGER},
    "required": ["file_id", "file_unique_id", "width", "height", "duration"],
}
_PERSON = {
    "type": "object",
    "properties": {"id": _INTEGER, "is_bot": {"type": "boolean"}, "first_name": _TEXT},
    "required": ["id", "is_bot", "first_name"],
}
_MESSAGE = {
    "type": "object",
    "properties": {
        "message_id": _INTEGER,
        "date": _INTEGER,
        "chat": {
            "type": "object",
            "properties": {"id": _INTEGER, "type": {"enum": ["private", "group", "supergroup", "channel"]}, "title": _TEXT},
            "required": ["id", "type"],
        },
        "from": _PERSON,
        "text": _TEXT,
        "caption": _TEXT,
        "photo": {"type": "array", "items": _FILE, "maxItems": 3},
        "voice": _FILE,
        "location": {
            "type": "object",
            "properties": {"latitude": {"type": "number"}, "longitude": {"type": "number"}},
            "required": ["latitude", "longitude"],
        },
    },
    "required": ["message_id", "date", "chat"],
}
_UPDATE = {
    "type": "object",
    "properties": {
        "update_id": _INTEGER,
        "message": _MESSAGE,
        "edited_message": _MESSAGE,
        "callback_query": {
            "type": "object",
            "properties": {"id": _TEXT, "from": _PERSON, "chat_instance": _TEXT, "data": _TEXT, "message": _MESSAGE},
            "required": ["id", "from", "chat_instance"],
        },
    },
    "required": ["update_id"],
}
_SIMULATED = {"type": "object", "properties": {"address": _TEXT, "id": _TEXT, "text": _TEXT, "choice": _TEXT}}
_TWILIO = {
    "type": "object",
    "properties": dict.fromkeys(
        (
            "AccountSid",
            "MessageSid",
            "From",
            "To",
            "Body",
            "NumMedia",
            "MediaUrl0",
            "MediaContentType0",
            "Latitude",
            "Longitude",
            "ButtonPayload",
            "ButtonText",
            "MessageType",
            "MessageStatus",
            "ErrorCode",
            "ProfileName",
            "WaId",
        ),
        _TEXT,
    ),
}
