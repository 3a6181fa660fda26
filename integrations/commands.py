"""Slash commands, pure: what she types with a leading "/" becomes plain words.

A bot's menu sends "/ayuda" or "/start abc"; the words behind the slash are the global words of the contract. Nothing is ever
passed on with a leading "/": Rasa would take it for an intent written out.
"""

import re

from integrations.channel import Body, Media, Text

_COMMAND = re.compile(r"/+(?P<name>\w*)(?:@\w*bot(?=\s|\Z))?(?P<rest>.*)\Z", re.DOTALL | re.IGNORECASE)
_BEFORE = " \t\r\n\u200b\ufeff"

GREETING = "hola"
NO_WORDS = "?"


def words(text: str) -> str:
    """The text without its slash and without the bot's name; "/start" is a greeting; slashes alone ask "?"."""
    found = _COMMAND.match(text.lstrip(_BEFORE))
    if found is None:
        return text
    name, rest = found["name"], found["rest"]
    if name.casefold() == "start":
        return GREETING
    return words(f"{name}{rest}".lstrip(_BEFORE + "/")) or NO_WORDS


def without_command(body: Body) -> Body:
    """The same body, its text or caption never beginning with "/"."""
    if isinstance(body, Text):
        return body.model_copy(update={"text": words(body.text)})
    if isinstance(body, Media) and body.caption:
        return body.model_copy(update={"caption": words(body.caption)})
    return body
