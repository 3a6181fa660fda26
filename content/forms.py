"""Plural forms and forms of address, in Mozilla's Fluent, where a text needs them.

A text that holds a Fluent choice (`{ $address -> … }`, `{ $count -> … }`) is formatted by `fluent.runtime`; every other text
stays plain. She is addressed in the feminine unless she asks otherwise (`address: neutral`).
"""

import re
from collections.abc import Iterator, Mapping

_MARK = "{ $"
_OURS = re.compile(r"\{([^\s{}][^{}]*)\}")  # {fact:id} and {name}, which Fluent would read as its own
_SHELTERED = re.compile("\ue000([^\ue001]*)\ue001")


class Forms:
    """The texts of a language that choose between forms."""

    def __init__(self, language: str, texts: Mapping[str, str]) -> None:
        self._language = language
        self._texts = {key: text for key, text in texts.items() if _MARK in text}

    def choose(self, key: str, args: Mapping[str, str]) -> str | None:
        """The text in the form that fits, or None when it has no forms."""
        if key not in self._texts:
            return None
        return format_forms(self._language, self._texts[key], args, strict=False)


def format_forms(language: str, text: str, args: Mapping[str, str], *, strict: bool = True) -> str:
    """A Fluent pattern with its choices made. Raises `ValueError` when it is no sound pattern.

    Also when a value is missing, if `strict`; otherwise its default form is taken: a woman gets an answer all the same.
    """
    from fluent.runtime import FluentBundle, FluentResource  # rarely needed; slow to import

    bundle = FluentBundle([language], use_isolating=False)
    sheltered = _OURS.sub("\ue000\\1\ue001", text).strip()
    pattern = "\n    ".join(sheltered.splitlines())
    bundle.add_resource(FluentResource(f"said = {pattern}\n"))
    message = bundle.get_message("said") if bundle.has_message("said") else None
    if message is None or message.value is None:
        raise ValueError("the choice between forms is not well formed")
    values = {"address": "feminine", **{k: int(v) if v.isdigit() else v for k, v in args.items()}}
    said, errors = bundle.format_pattern(message.value, values)
    if errors and strict:
        raise ValueError("a form needs a value that is not given")
    return _SHELTERED.sub(r"{\1}", str(said))


def mistakes(language: str, text: str) -> Iterator[str]:
    """What is wrong with the forms of a text, if it has any."""
    if _MARK not in text:
        return
    for address in ("feminine", "neutral"):
        try:
            format_forms(language, text, {"address": address, "count": "2"})
        except ValueError as error:
            yield str(error)
            return
