"""The engine: (state, given, world) -> step. Pure: no clock, no I/O, no randomness."""

from flows.load import Scripts
from flows.model import Event, Given, Leave, Offer, OpenCase, Remember, Say, ShowAnswer, State, Step, World

_CONFIDENT = 0.5


def advance(scripts: Scripts, state: State, given: Given, world: World) -> Step:
    """One step of the conversation."""
    events: tuple[Event, ...]
    match given.word:
        case "exit":
            return Step({"v": 1}, (Say("exit.done"), Leave()))
        case "menu":
            return Step({"v": 1}, (_menu(scripts),))
        case "spanish" | "english":
            return Step(
                {"v": 1},
                (Remember("language", {"spanish": "es", "english": "en"}[given.word]), _menu(scripts)),
            )
        case "help":
            return Step({"v": 1}, (OpenCase("listen", "asks_person", "concern"), Say("safety.case")))
    if given.choice and given.choice.startswith("answer:"):
        return Step({"v": 1}, (ShowAnswer(given.choice.removeprefix("answer:")),))
    if given.topic in scripts.topics and given.confidence >= _CONFIDENT:
        return Step({"v": 1}, (ShowAnswer(given.topic),))
    misses = int(state.get("misses", 0)) + 1
    if misses == 1:
        likely = [topic for topic, _ in given.ranking if topic in scripts.topics][:3]
        offers = tuple(Offer(f"answer:{t}", f"topic.{t}") for t in likely)
        events = (Say("fallback.first", offers=(*offers, Offer("person", "menu.person"))),)
    else:
        events = (Say("fallback.second"), _menu(scripts))
    return Step({"v": 1, "misses": misses}, events)


def _menu(scripts: Scripts) -> Say:
    offers = tuple(Offer(f"answer:{topic}", f"topic.{topic}") for topic in scripts.topics)
    return Say("menu.body", offers=(*offers, Offer("person", "menu.person")))
