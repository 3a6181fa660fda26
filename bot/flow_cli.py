"""Behind `faro flow …` and the flows' half of `faro check`. Texts of the content are handed to `flows`, which knows none."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

from bot import transcripts
from bot.bundle import Buttons
from content import library, loading, topics
from content.problems import BrokenContent
from flows import check, draw, load, reference
from flows.load import Scripts
from flows.problems import BrokenScripts

GENERAL_TOPICS = (
    "greet", "thanks", "goodbye", "affirm", "deny", "menu", "human", "language", "privacy", "delete_data", "quick_exit",
    "complaint", "out_of_scope",
)  # fmt: skip
"""The taxonomy's topics without an answer of their own."""
NOT_OF_FLOWS = ("safety.", "desk.", "canned.", "referral.", "delivery.", "unnamed.", "erase.done_", "erase.watched")
"""What keys begin with that others say: the safety net, operators, delivery, erasing."""


class WrittenTexts:
    """The content as the check of the flows sees it."""

    def __init__(self, content_dir: Path, today: date) -> None:
        self._loaded = loading.read(content_dir)
        self._library = library.Library(self._loaded, production=False, clock=lambda: today)
        self.languages: Sequence[str] = self._loaded.languages

    def keys(self, language: str) -> Iterable[str]:
        return self._loaded.texts[language]

    def text(self, language: str, key: str) -> str:
        return self._library.text(language, key)

    def text_source(self, language: str, key: str) -> str:
        return self._loaded.texts[language][key]

    def where(self, language: str, key: str) -> tuple[str, int]:
        problem = self._loaded.problem(("text", language, key), [], "", "")
        return problem.file, problem.line

    def has_text(self, language: str, key: str) -> bool:
        return key in self._loaded.texts[language]

    def has_answer(self, answer: str) -> bool:
        return self._library.has_answer(answer)

    def answers(self) -> Iterable[str]:
        """Every answer's id."""
        return self._loaded.answers[self.languages[0]]

    def onward(self, answer: str) -> Sequence[tuple[str, str]]:
        if not self._library.has_answer(answer):
            return ()
        view = self._library.answer(self.languages[0], answer)
        return (*((f"answer:{other}", label) for other, label in view.choices), *view.next)


def flow_problems(content_dir: Path, flows_dir: Path, today: date) -> list[str]:
    """A line for everything that is wrong with the flows; empty when they can serve."""
    try:
        texts = WrittenTexts(content_dir, today)
        problems = check.check(load.load(flows_dir), texts, {*topics.ALL, *GENERAL_TOPICS}, NOT_OF_FLOWS)
    except (BrokenScripts, BrokenContent) as broken:
        return list(broken.lines)
    return [str(problem) for problem in problems]


def show(scripts: Scripts, content_dir: Path, name: str, language: str) -> str | None:
    """A flow as a Mermaid drawing in a language; None when there is no such flow."""
    flow = scripts.flows.get(name)
    texts = loading.read(content_dir).texts.get(language, {})
    return draw.draw(flow, lambda key: texts.get(key, key)) if flow is not None else None


def write_reference(root: Path) -> tuple[Path, Path]:
    """Write the JSON Schema and the reference page of the flow language; where they are."""
    schema, page = root / "flows" / "schema.json", root / "docs" / "flows.md"
    schema.write_text(reference.schema(), encoding="utf-8")
    page.write_text(reference.page(), encoding="utf-8")
    return schema, page


def scripts_of(content_dir: Path, flows_dir: Path) -> Scripts:
    """The flows with their buttons, without the rest of the house. Raises `BrokenScripts` or `BrokenContent`."""
    return load.load(flows_dir).with_words(Buttons(library.load(content_dir, production=False)))


def replay_all(content_dir: Path, flows_dir: Path, folder: Path, *, accept: bool = False) -> Iterator[tuple[Path, str]]:
    """Each transcript of a folder with what has changed in it ("" when nothing). `accept` writes the files as they are now.

    Raises `BadTranscript`.
    """
    scripts, sources = scripts_of(content_dir, flows_dir), transcripts.sources_of(content_dir)
    for path in sorted(folder.rglob("*.txt")):
        transcript = transcripts.read(path)
        replayed = transcripts.replay(scripts, sources, transcript)
        changed = transcripts.difference(transcript, replayed)
        if changed and accept:
            path.write_text(replayed.written, encoding="utf-8")
        yield path, changed
