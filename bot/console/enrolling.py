"""Whoever joins gets a one-time enrolment link, from an administrator's page or from `faro operator add`."""

import re

from bot.console.account import Role, invite
from bot.console.words import _
from bot.runtime import Runtime

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LANGUAGE = re.compile(r"[a-z]{2}")


class WrongOperator(Exception):
    """What was given for a new operator cannot be used. One line, a text of the interface."""


async def add_operator(rt: Runtime, email: str, name: str, role: str, languages: str) -> str:
    """A one-time enrolment link for an operator, new or known."""
    if not _EMAIL.fullmatch(email.strip()) or len(email) > 254:
        raise WrongOperator(_("That is not an e-mail address."))
    if not name.strip() or len(name) > 100:
        raise WrongOperator(_("A name has 1 to 100 characters."))
    codes = [code.strip().lower() for code in languages.split(",") if code.strip()]
    if not codes or not all(_LANGUAGE.fullmatch(code) for code in codes):
        raise WrongOperator(_("Languages are two-letter codes with commas between, as es,en."))
    token = await invite(rt, email, name.strip(), Role(role), codes)
    base = rt.settings.public_url.rstrip("/") or "http://127.0.0.1:8080"
    return f"{base}/console/enrol/{token}"
