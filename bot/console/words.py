"""Codes in plain words, for operators. English here; `locale/` has the other languages."""

import re
from collections.abc import Callable, Mapping

from bot.privacy.identity import Word
from bot.privacy.linking import Why
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
    "kidnapping": _("held or locked in"),
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
    "officials": _("abuse by officials"),
    "digital": _("violence through phone or internet"),
    "vicarious": _("harm through her children"),
    "economic": _("control: papers, money, phone or going out"),
    "aggressor": _("the writer may be the one who hurts"),
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
    # Whole codes: what a flow heard, and how she answered a safety question.
    "aggressor_near": _("who hurts her is near"),
    "asked_favour": _("an aid worker or official asked for sex or money"),
    "asks_lawyer": _("asks for a lawyer"),
    "cannot_leave": _("held or locked in"),
    "cannot_talk": _("cannot talk now"),
    "care_hours": _("sexual violence: care within hours"),
    "check_afraid": _("said that she is afraid"),
    "check_cannot_talk": _("cannot talk now"),
    "check_unanswered": _("fell silent after a safety question"),
    "child_abroad": _("her child is in another country"),
    "detained": _("detention or deportation"),
    "relative_detained": _("somebody of hers is detained"),
    "episode": _("danger was told before"),
    "exit_order": _("has an order to leave the country"),
    "fleeing": _("fled and needs shelter"),
    "intimate_images": _("intimate images of her"),
    "kidnapped_relative": _("somebody of hers was kidnapped"),
    "language": _("writes a language that nobody here has"),
    "other_language": _("writes a language that nobody here has"),
    "night_outside": _("a night outside"),
    "official_violence": _("abuse by officials"),
    "papers_withheld": _("control: papers, money, phone or going out"),
    "pregnancy_signs": _("danger signs in a pregnancy"),
    "returned_foreign": _("was returned to Mexico and is a foreigner"),
    "says_not_that": _("says that we misunderstood"),
    "self_harm_now": _("wishes to die or to hurt herself"),
    "self_harm_talk": _("wishes to die or to hurt herself"),
    "threatened": _("threats"),
    "wants_to_talk": _("distress"),
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
    "says_not_that": _("She says that we misunderstood"),
    "minor": _("A minor"),
}
CHANNELS = {"whatsapp": "WhatsApp", "telegram": "Telegram", "simulator": _("Simulator"), "terminal": _("Terminal")}
UNKNOWN_LANGUAGE = _("language not known")
TONGUES = {"es": _("Spanish"), "en": _("English"), "pt": _("Portuguese"), "fr": _("French"), "ht": _("Haitian Creole")}

_VAGUE = _("words of danger")
_HINT = _REASONS["hint"]
_DISTRESS = _REASONS["distress"]

Say = Callable[[str], str]


def reason_words(codes: list[str], kinds: Mapping[str, str], say: Say) -> list[str]:
    """Reason codes as short phrases, each once, in order. `kinds`: lexicon entry -> kind of harm."""
    named = [kinds.get(code.removeprefix("lex:"), code) for code in codes]
    phrases = list(dict.fromkeys(say(_reason(code)) for code in named))
    vague = {say(text) for text in (_VAGUE, _HINT, _DISTRESS)}
    return [phrase for phrase in phrases if phrase not in vague] or phrases[:1]


def _reason(code: str) -> str:
    whole = code.split(":")[-1]
    parts = [whole, *re.split(r"[:\-.]", code), *re.split(r"[:\-._]", code)]
    if code.startswith("model:"):
        return _("the model sees danger")
    return next((_REASONS[part] for part in parts if part in _REASONS), _VAGUE)


def flag_words(flags: list[str], say: Say) -> list[str]:
    """What must be seen at once, as short phrases."""
    return [say(_FLAGS[flag]) for flag in flags if flag in _FLAGS]


COMPARED = {
    Word.HERS: _("It is her word."),
    Word.NOT_HERS: _("It is not her word. Say nothing of earlier talks."),
    Word.NONE: _("She left no code word. Say nothing of earlier talks."),
    Word.TOO_MANY: _("Too many tries within an hour."),
}
LINKED_WHY = {Why.CODE_WORD: _("She said her code word"), Why.KNOWN: _("I know her from the earlier talk")}

EVENTS = {
    "opened": _("Case opened"),
    "reopened": _("Case opened again"),
    "opened_by_hand": _("Opened by an operator"),
    "raised": _("Level raised"),
    "claimed": _("Taken"),
    "returned": _("Back in the queue"),
    "handed_back": _("Handed back to the bot"),
    "closed": _("Closed"),
    "offered": _("Offered to a colleague"),
    "accepted": _("Passed on"),
    "handed_over": _("Handed over at the end of a shift"),
    "reassigned": _("Assigned by a supervisor"),
    "joined": _("A supervisor joined"),
    "waits_for_her": _("We wait until she writes"),
    "level_set": _("Level set by a person"),
    "marked": _("Marked for review"),
    "contact_set": _("Safe contact changed"),
    "clock_set": _("A clock was set"),
    "emergency_call": _("911 recorded"),
    "referral_asked": _("She was asked whether an organisation may be told"),
    "referral_agreed": _("She agreed that an organisation be told"),
    "referral_declined": _("She did not want an organisation told"),
    "referral_taken_back": _("She took back her yes"),
    "referred": _("Referred with her consent"),
    "linked": _("Two people agreed that she writes from another number"),
    "not_wiped": _("Old messages stayed in her Telegram chat: tell her how to delete them"),
    "told_to_wait": _("She was told that it takes long"),
}

_TICKS = {
    "queued": _("on its way"),
    "sending": _("on its way"),
    "sent": _("✓ sent"),
    "delivered": _("✓✓ delivered"),
    "read": _("✓✓ read"),
    "held": _("✕ not sent"),
    "stale": _("waits until she answers"),
    "uncertain": _("? may have arrived"),
    "failed": _("✕ did not arrive"),
    "dropped": _("✕ not sent"),
}
_REMEDIES = {
    "left": _("She left. Wait until she writes again."),
    "late": _("It was too late to say it safely."),
    "silent": _("She has been silent for long: it waits until she writes."),
    "window_closed": _("WhatsApp's 24 hours are over. Only she can open the chat again."),
    "writing_first": _("She wrote more than 15 minutes ago: wait, or send the neutral opener."),
    "her_hours": _("It waits for the hours in which she may be written to."),
    "she_wrote": _("She wrote first: it was not needed any more."),
    "erased": _("Her data was erased. Nothing can be sent."),
    "uncertain": _("No answer from the provider: look whether she reacts before writing it again."),
    "no_answer": _("No answer from the provider: look whether she reacts before writing it again."),
    "channel_not_configured": _("This channel is switched off here. Tell whoever runs the service."),
}
_OTHER_REMEDY = _("Try a shorter message once. If it fails again, note it and tell a supervisor.")


def tick(state: str, reason: str | None) -> tuple[str, str]:
    """What became of something that we sent, and what to do about it."""
    bad = state in ("failed", "held", "dropped", "uncertain", "stale")
    return _TICKS.get(state, state), _REMEDIES.get(reason or "", _OTHER_REMEDY) if bad else ""


RULES = {
    "": _("She wrote a moment ago: you may answer."),
    "phone_held": _("Somebody may hold her phone. Write only what anyone may read."),
    "opener_only": _("She wrote more than 15 minutes ago. Only a neutral opener may be sent until she answers."),
    "opener_sent": _("The opener was sent. Wait until she answers."),
    "said_no": _("She asked not to be written to. Wait until she writes."),
    "left": _("She left. Nothing may be sent until she writes again."),
    "window_closed": _("WhatsApp's 24 hours are over. Only she can open the chat again."),
    "writing_first": _("She has been silent for two weeks: her phone may be somebody else's. Wait until she writes."),
    "her_hours": _("These are not the hours in which she may be written to."),
    "erased": _("Her data was erased. Nothing can be read or sent."),
}
REFUSALS = {
    "empty": _("There is nothing to send yet."),
    "too_long": _("The text is too long: at most 3,000 characters, a note 4,000. Nothing was sent; your text is still here."),
    "not_yours": _("Somebody else has this case now, or it went back to the queue. Your text is still here."),
    "over": _("This case is over. Your text is still here."),
    "erased": _("Her data was erased. Nothing can be sent."),
    "left": _("She left just now. Nothing may be sent until she writes again. Your text is still here."),
    "window_closed": _("WhatsApp's 24 hours are over. Nothing was sent; your text is still here."),
    "opener_only": _("Fifteen minutes have passed: only the neutral opener may be sent now. Your text is still here."),
    "opener_sent": _("The opener was already sent. Wait until she answers. Your text is still here."),
    "said_no": _("She asked not to be written to. Your text is still here."),
    "writing_first": _("She has been silent for two weeks. Wait until she writes. Your text is still here."),
    "her_hours": _("These are not the hours in which she may be written to. Your text is still here."),
    "phone_held": _("Somebody may hold her phone. Nothing was sent; your text is still here."),
    "not_now": _("That is not possible now."),
    "not_partner": _("This organisation cannot be told about her. Choose another one."),
    "nothing_to_share": _("Choose what would be told."),
    "no_answer_yet": _("She has not written since she was asked. Wait for her answer."),
    "no_consent": _("She has not agreed to this. Ask her first; without her yes nobody is told."),
    "nobody": _("Nobody with this number has written to us, or she was erased. Ask her to write to us."),
    "too_many": _("Too many numbers that nobody has. A supervisor can see it; go on in an hour."),
    "has_case": _("She has a case already. Look in the queue, or ask a supervisor."),
    "no_note": _("Write what the next person needs to know."),
    "not_there": _("She is not at her desk now. Choose somebody else, or the queue. Your note is still here."),
    "no_reason": _("Choose why you open the case."),
    "consent_over": _("Her yes has ended. Ask her again."),
    "nobody_left": _("Nobody for safeguarding could see this case. Ask an administrator to name somebody; it stays yours."),
}
OUTCOMES = {
    "informed": _("She got what she asked for"),
    "referred": _("Referred to an organisation"),
    "safe_now": _("She is safe for now"),
    "emergency": _("Emergency services were called"),
    "lost_contact": _("Contact was lost"),
    "not_for_us": _("Not a matter for this service"),
    "abuse": _("Ended for abuse"),
    "test": _("A test"),
}
CLOCKS = {
    "harm": _("When it happened (sexual violence)"),
    "detention": _("When she was detained"),
    "notice": _("When the notice was delivered"),
    "entry": _("When she entered Mexico"),
    "exit_order": _("Last day of the exit order"),
}
DEADLINES = {
    "hiv_72h": _("HIV prevention (72 h)"),
    "contraception_120h": _("Emergency contraception (120 h)"),
    "detention_36h": _("Detention limit (36 h)"),
    "notice_5d": _("Notice (5 working days)"),
    "appeal_15d": _("Appeal (15 working days)"),
    "asylum_30d": _("Asking for asylum (30 working days)"),
    "exit_order": _("Exit order"),
}
MEDIA = {
    "image": _("Picture"),
    "voice": _("Voice note"),
    "video": _("Video"),
    "document": _("Document"),
    "location": _("Location"),
    "contact_card": _("A contact card (not kept)"),
    "unsupported": _("Something that we cannot show"),
}
SPECIALITIES = {"legal": _("legal"), "psychosocial": _("psychosocial"), "lgbtiq": _("LGBTIQ+")}
ROLES = {
    "operator": _("operator"),
    "supervisor": _("supervisor"),
    "editor": _("editor"),
    "admin": _("administrator"),
}
OPENED_WHY = {
    "called": _("She called by telephone"),
    "came": _("She came to us"),
    "handed_over": _("Another service handed her over"),
}
PARTNERS = {
    "shelter": _("Shelter"),
    "women_office": _("Women's office"),
    "justice_centre": _("Women's justice centre"),
    "legal_aid": _("Legal aid"),
    "human_rights": _("Human rights commission"),
    "health": _("Health"),
    "children": _("Children's protection"),
    "un": _("United Nations"),
    "discrimination": _("Against discrimination"),
}
SHARED = {
    "language": _("her language"),
    "need": _("what help she looks for"),
    "city": _("her city"),
    "children": _("whether children are with her"),
    "contact": _("how to reach her"),
    "summary": _("a short summary"),
}
CANNED = (
    "canned.hello",
    "canned.calm",
    "canned.believe",
    "canned.place",
    "canned.numbers",
    "canned.ask_directly",
    "canned.life_line",
    "canned.language",
    "canned.moment",
    "canned.recontact",
    "canned.boundary",
    "canned.goodbye",
)
NEXT_FLOWS = {
    "": _("Wait for what she writes"),
    "menu": _("The menu"),
    "safety_plan": _("A safety plan"),
    "places": _("Services near her"),
    "asylum": _("Asylum"),
    "detention": _("Detention"),
    "shelter": _("Shelter"),
    "lawyer": _("A lawyer"),
    "feedback": _("How it was for her"),
}
