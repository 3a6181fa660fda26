"""The engine: (scripts, state, given, world) -> step. Pure: no clock, no I/O, no randomness.

What she sends is taken in this order: a global word; a tap; the words, number or position of a choice that stands before her;
an answer to the question that stands; the word of a flow; a topic; a shared place; something that cannot be read; else it was
not understood.

A new question in the middle of a flow is answered and the flow offered again. A conversation whose script was edited goes on
with the version it began on while `Scripts` has it; when that is gone, at the step of the same name and kind of the current
version; when there is none, the flow is left and the menu shown.
"""

from faro_text.words import bare

from flows import reading
from flows.load import Scripts
from flows.model import Given, Leave, Offer, Remember, Say, ShowAnswer, State, Step, World
from flows.steps.answer import AnswerStep, with_follow_ups
from flows.steps.ask import AskStep
from flows.steps.base import LEGAL, PERSON, PERSON_LABEL, Go, Reply
from flows.steps.places import KINDS
from flows.talk import AGAIN, ALWAYS_CURRENT, MENU, Talk

LANGUAGES = {"spanish": "es", "english": "en"}
GENERAL = frozenset({"greet", "thanks", "goodbye", "affirm", "deny", "menu", "human", "language", "out_of_scope", "quick_exit"})
"""Topics that ask about nothing."""
_SMALL_TALK = frozenset({"affirm", "deny", "greet", "out_of_scope"})
_BY_ORDER = frozenset({"choice", "yes_no", "place"})
_UNREADABLE = frozenset({"voice", "audio", "image", "video", "sticker", "document", "contact_card"})


def advance(scripts: Scripts, state: State, given: Given, world: World) -> Step:
    """One turn of the conversation."""
    talk = Talk(scripts, state, given, world)
    if given.location is not None:
        talk.run.place = (round(given.location[0], 2), round(given.location[1], 2))
    if given.word:
        _word(talk, given.word)
    elif not talk.move_versions():
        talk.say("flow.moved")
        talk.start("menu")
    elif given.choice:
        _tap(talk, given.choice)
    elif given.text or given.location:
        _words(talk)
    elif given.unreadable:
        _unreadable(talk)
    else:
        _missed(talk)
    return talk.step()


def resume(scripts: Scripts, state: State, given: Given, world: World) -> Step:
    """Go on after somebody else has spoken: with the topic that is given, else with the question that stands, if any does.

    Without either nothing is said, and all that was offered still can be chosen.
    """
    talk = Talk(scripts, state, given, world)
    if not talk.move_versions():
        talk.forget()
    if _says_topic(talk):
        _topic(talk, given.topic or "")
    elif talk.question() is not None:
        talk.ask_again()
    else:
        return Step(state, ())
    return talk.step()


def flow_of(state: State) -> str | None:
    """The name of the flow whose step waits for her."""
    stack = state.get("stack")
    return str(stack[-1][0]) if stack else None


def _word(talk: Talk, word: str) -> None:
    if not talk.move_versions():
        talk.forget()
    match word:
        case "exit":
            _leave(talk)
        case "menu":
            talk.start("menu")
        case "help":
            talk.interrupt("person")
        case "delete":
            talk.interrupt("erase")
        case _:
            _language(talk, LANGUAGES[word])


def _leave(talk: Talk) -> None:
    talk.forget()
    talk.say("exit.done")
    talk.run.says(Leave())


def _language(talk: Talk, language: str) -> None:
    if language not in talk.world.languages:
        _missed(talk)
        return
    talk.run.says(Remember("language", language))
    talk.say("language.changed")
    talk.ask_again()


def _tap(talk: Talk, token: str) -> None:
    """A tap, also on a button of long ago: what leads to a person, the menu, an answer or a topic always holds."""
    kind, _, value = token.partition(":")
    if PERSON in (kind, value):
        talk.interrupt("person")
    elif token == LEGAL:
        talk.interrupt("lawyer")
    elif kind == "places":
        talk.run.answers[KINDS] = value
        talk.interrupt("places")
    elif token == MENU:
        talk.start("menu")
    elif token == AGAIN:
        talk.ask_again()
    elif kind == "answer" and talk.scripts.words.has_answer(value):
        _show(talk, value)
    elif kind == "topic" and value in talk.scripts.by_topic:
        talk.start(talk.scripts.by_topic[value].name)
    elif kind == "flow" and value in talk.scripts.flows:
        talk.start(value)
    elif token in (offered for offered, _ in talk.offered):
        _reply(talk, Reply(value, offered=True))
    else:
        talk.say("choice.moved_on")
        talk.ask_again()


def _words(talk: Talk) -> None:
    given, question = talk.given, talk.question()
    by_order = question is None or question.expect in _BY_ORDER
    index = reading.meant(given.text, talk.labels(), by_order=by_order)
    if index is not None:
        _tap(talk, talk.offered[index][0])
        return
    if talk.paused and (said := reading.yes_no(given)) in ("yes", "no"):
        _tap(talk, AGAIN if said == "yes" else MENU)
        return
    standing = talk.standing()
    answer = standing.read(talk.run) if isinstance(standing, AskStep) else None
    if answer is not None:
        _reply(talk, answer)
    elif (named := talk.scripts.by_word.get(bare(given.text))) is not None:
        talk.interrupt(named.name)
    elif _says_topic(talk):
        _topic(talk, given.topic or "")
    elif given.location is not None and not given.text:
        talk.interrupt("near")
    elif given.unreadable:
        _unreadable(talk)
    else:
        _missed(talk)


def _says_topic(talk: Talk) -> bool:
    """Whether her message is a question of its own, not a try at the question that stands."""
    topic, flow = talk.given.topic, talk.flow()
    if topic is None or talk.given.confidence < reading.CONFIDENT:
        return False
    if topic == "delete_data" and not reading.erasing(talk.given):  # vague words must not lead to the end of everything
        return False
    if talk.question() is not None and flow is not None and (topic in flow.topics or topic in _SMALL_TALK):
        return False
    return topic == "quick_exit" or topic in talk.scripts.by_topic


def _topic(talk: Talk, topic: str) -> None:
    """Begin its flow; in the middle of another, answer it and offer that one again."""
    if topic == "quick_exit":
        _leave(talk)
        return
    flow = talk.scripts.by_topic[topic]
    first = flow.steps[flow.first]
    asked = talk.question() is not None and talk.stack[-1][0] not in ALWAYS_CURRENT
    if asked and isinstance(first, AnswerStep):
        _show(talk, first.answer)
    elif asked and topic != "menu":
        talk.interrupt(flow.name)
    else:
        talk.start(flow.name)


def _show(talk: Talk, answer: str) -> None:
    """An answer outside its flow: with its follow-ups, and the way back to the question that stands."""
    talk.misses = 0
    own = (*(talk.way_back() or (Offer(MENU, "menu.open"),)), Offer(PERSON, PERSON_LABEL))
    talk.run.says(ShowAnswer(answer, offers=with_follow_ups(own, talk.run.follow_ups(answer), answer)))


def _reply(talk: Talk, reply: Reply) -> None:
    """She answered what stands before her."""
    talk.misses = talk.tries = 0
    talk.paused = False
    step = talk.standing()
    if isinstance(step, AskStep | AnswerStep):
        talk.walk(step.reply(talk.run, reply))
    else:
        talk.start("menu")


def _unreadable(talk: Talk) -> None:
    kind = talk.given.unreadable[-1]
    talk.say(f"unreadable.{kind if kind in _UNREADABLE else 'other'}")
    if talk.question() is not None:
        talk.ask_again()
    else:
        talk.offer_ways("unreadable.ways")


def _missed(talk: Talk) -> None:
    """Not understood: the question again, or the likeliest topics; the second time the menu and a person."""
    question = talk.question()
    if question is not None:
        _missed_answer(talk, question)
        return
    talk.misses += 1
    if talk.misses == 1:
        likely = [Offer(f"topic:{topic}", f"topic.{topic}") for topic in _likely(talk)]
        offers = (*talk.way_back(), *(likely or [Offer(MENU, "menu.open")]), Offer(PERSON, PERSON_LABEL))
        talk.run.says(Say("fallback.first" if likely else "fallback.blank", offers=offers))
    else:
        talk.misses = 0
        talk.offer_ways("fallback.second")


def _missed_answer(talk: Talk, question: AskStep) -> None:
    talk.tries += 1
    if talk.tries <= question.tries:
        talk.say(question.retry)
        talk.ask_again()
        return
    talk.tries = 0
    if question.unsure is not None:
        talk.walk(Go(question.unsure))
    else:
        talk.offer_ways("fallback.second")


def _likely(talk: Talk) -> list[str]:
    return [topic for topic, _ in talk.given.ranking if topic in talk.scripts.by_topic and topic not in GENERAL][:3]
