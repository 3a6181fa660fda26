"""The reference page and the JSON Schema of the flow language, made from the steps themselves."""

import inspect
import json
from typing import Any

from pydantic import BaseModel

from flows.script import Script
from flows.steps import STEPS
from flows.steps.base import Choice
from flows.steps.branch import Case

_INTRO = """# The flow language

Made from the code by `faro flow reference`; change `flows/steps/`, not this page.

A flow is one YAML file in `flows/scripts/`. It says what happens; what is said lives in `content/<language>/texts/`, by key.
Steps run in the order written, unless one says `to`. `faro check` names every mistake with its line; `faro flow show NAME` draws
a flow; `faro flow test` replays the conversations in `tests/transcripts/`. Editors' tools can check a file against
`flows/schema.json`.

Everywhere, without a word in the script: the global words (MENU, AYUDA, SALIR, BORRAR, ESPAÑOL, ENGLISH), a person beneath every
question, numbers and words instead of taps, old buttons recognised as old, a new question answered and the flow offered again.

A conversation goes on with the version of the script that it began on. When that version is gone, it goes on at the step of the
same name and kind; when there is none, the menu is shown.
"""


def schema() -> str:
    """JSON Schema of a script, for editors' tools."""
    made = Script.model_json_schema()
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A Faro flow", **made}
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def page() -> str:
    """The reference page, Markdown."""
    parts = [_INTRO, _section("A script", Script), _section("A choice", Choice), _section("A case of a branch", Case)]
    parts += [_section(f"`do: {_word(step)}`", step) for step in STEPS]
    return "\n".join(parts)


def _word(step: type[BaseModel]) -> str:
    return str(step.model_fields["do"].annotation.__args__[0])  # type: ignore[union-attr]


def _section(title: str, model: type[BaseModel]) -> str:
    lines = [f"## {title}", "", inspect.cleandoc(model.__doc__ or ""), "", "| field | holds | |", "| --- | --- | --- |"]
    properties = model.model_json_schema()["properties"]
    for name, field in model.model_fields.items():
        if name != "do":
            need = "required" if field.is_required() else ""
            lines.append(f"| `{name}` | {_holds(properties[name])} | {' '.join(filter(None, (need, field.description)))} |")
    return "\n".join(lines) + "\n"


def _holds(shape: dict[str, Any]) -> str:
    if "anyOf" in shape:
        return " or ".join(held for one in shape["anyOf"] if (held := _holds(one)) != "null")
    if "enum" in shape:
        return ", ".join(f"`{value}`" for value in shape["enum"])
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2].lower()
    if shape.get("type") == "array":
        return f"list of {_holds(shape.get('items', {}))}"
    if shape.get("type") == "object":
        return "steps by name"
    return {"string": "text", "boolean": "true or false", "number": "number", "integer": "whole number"}.get(
        str(shape.get("type")), str(shape.get("type", "text"))
    )
