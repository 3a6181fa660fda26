"""Codes in plain words, for operators. English here; `locale/` has the other languages."""

import re
from collections.abc import Callable

from bot.safety.risk import Risk


def _(text: str) -> str:
    """Marks a text of the interface for translation."""
    return text


RISKS = {
    Risk.IMMINENT: _("Imminent"),
    Risk.HIGH: _("High"),
    Risk.CONCERN: _("Concern"),
    Risk.NONE: _("No risk"),
}
LANES = {"urgent": _("Urgent"), "listen": _("Listen"), "legal": _("Legal")}
LANE_HELP = {
    "urgent": _("By level, then waiting time."),
    "listen": _("Opened by silence or by what could not be read. Nobody writes first."),
    "legal": _("The clinic's daily work, by deadline."),
}
STATES = {
    "open": _("waiting"),
    "claimed": _("taken, not answered yet"),
    "answered": _("being answered"),
    "handed_back": _("handed back to the bot"),
    "closed": _("closed"),
}

# A reason code names what spoke and, in words with hyphens, what it saw. The first known word of a code is shown.
_REASONS = {
    "strangulation": _("strangulation"),
    "strangle": _("strangulation"),
    "choke": _("strangulation"),
    "weapon": _("a weapon"),
    "captivity": _("held or locked in"),
    "locked": _("held or locked in"),
    "kidnap": _("held or locked in"),
    "trapped": _("held or locked in"),
    "self_harm": _("wishes to die or to hurt herself"),
    "suicide": _("wishes to die or to hurt herself"),
    "overdose": _("wishes to die or to hurt herself"),
    "sexual_violence": _("sexual violence"),
    "sexual": _("sexual violence"),
    "rape": _("sexual violence"),
    "child_at_risk": _("a child in danger"),
    "child": _("a child in danger"),
    "minor": _("a minor writes"),
    "threat": _("threats"),
    "threats": _("threats"),
    "death": _("threats"),
    "trafficking": _("exploitation"),
    "exploitation": _("exploitation"),
    "organized_crime": _("gangs, extortion or kidnapping"),
    "extortion": _("gangs, extortion or kidnapping"),
    "gang": _("gangs, extortion or kidnapping"),
    "detention": _("detention or deportation"),
    "deportation": _("detention or deportation"),
    "missing_person": _("somebody is missing"),
    "missing": _("somebody is missing"),
    "medical": _("a medical emergency"),
    "lost": _("lost outdoors"),
    "control": _("control: papers, money, phone or going out"),
    "documents": _("control: papers, money, phone or going out"),
    "stalking": _("followed or watched"),
    "authority_abuse": _("abuse by officials"),
    "homeless": _("a night outside"),
    "shelter": _("a night outside"),
    "partner_violence": _("violence by a partner or relative"),
    "physical": _("physical violence"),
    "phys": _("physical violence"),
    "hit": _("physical violence"),
    "attack": _("physical violence"),
    "danger_now": _("danger now"),
    "danger": _("danger now"),
    "fear": _("fear"),
    "distress": _("distress"),
    "emotional_support": _("distress"),
    "hint": _("a hint, nothing said openly"),
    "coded": _("a hint, nothing said openly"),
    "unreadable": _("something we could not read (voice, picture, other language)"),
    "silence": _("fell silent after a safety question"),
    "asks_person": _("asks for a person"),
    "person": _("asks for a person"),
    "human": _("asks for a person"),
    "legal": _("legal help"),
    "complaint": _("a complaint"),
    "parked": _("the service failed to answer: read it first"),
    "glance": _("words of danger on arrival"),
    "operator": _("opened by an operator"),
}
_FLAGS = {
    "phone_held": _("Somebody may hold her phone"),
    "says_safe": _("She says she is safe"),
    "left": _("She left: nothing may be sent"),
    "aggressor": _("The writer may be the one who hurts"),
    "interpreter": _("Interpreter wanted"),
    "asks_person": _("Asks for a person"),
    "parked": _("The service failed to answer"),
    "not_delivered": _("A message did not reach her"),
    "other_language": _("Nobody here writes her language yet"),
    "erased": _("She had her data erased"),
    "minor": _("A minor"),
}
CHANNELS = {"whatsapp": "WhatsApp", "telegram": "Telegram", "simulator": _("Simulator"), "terminal": _("Terminal")}
UNKNOWN_LANGUAGE = _("language not known")
TONGUES = {"es": _("Spanish"), "en": _("English"), "pt": _("Portuguese"), "fr": _("French"), "ht": _("Haitian Creole")}

Say = Callable[[str], str]


def reason_words(codes: list[str], say: Say) -> list[str]:
    """Reason codes as short phrases, each once, in order."""
    return list(dict.fromkeys(say(_reason(code)) for code in codes))


def _reason(code: str) -> str:
    whole = code.split(":")[-1]
    parts = [whole, *re.split(r"[:\-.]", code), *re.split(r"[:\-._]", code)]
    if code.startswith("model:"):
        return _("the model sees danger")
    return next((_REASONS[part] for part in parts if part in _REASONS), _("words of danger"))


def flag_words(flags: list[str], say: Say) -> list[str]:
    """What must be seen at once, as short phrases."""
    return [say(_FLAGS[flag]) for flag in flags if flag in _FLAGS]
