"""Texts and answers by key and language."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer, ready to be sent. `choices` are (answer id, label)."""

    id: str
    blocks: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]


class Library:
    def __init__(self, texts: Mapping[str, Mapping[str, str]], answers: Mapping[str, Mapping[str, AnswerView]]) -> None:
        self._texts, self._answers = texts, answers
        self.languages = tuple(sorted(texts, reverse=True))

    def text(self, language: str, key: str, args: Mapping[str, str] | None = None) -> str:
        return self._texts[language][key].format_map(args or {})

    def answer(self, language: str, answer: str) -> AnswerView:
        return self._answers[language][answer]

    def has_answer(self, answer: str) -> bool:
        return answer in self._answers[self.languages[0]]


def load(root: Path) -> Library:
    texts: dict[str, dict[str, str]] = {}
    answers: dict[str, dict[str, AnswerView]] = {}
    for folder in sorted(p for p in root.iterdir() if (p / "texts").is_dir()):
        texts[folder.name] = {}
        for file in sorted((folder / "texts").glob("*.yml")):
            texts[folder.name].update(yaml.safe_load(file.read_text()))
        answers[folder.name] = {}
        for file in sorted((folder / "answers").glob("*.yml")):
            for raw in yaml.safe_load(file.read_text())["answers"]:
                answers[folder.name][raw["id"]] = AnswerView(
                    raw["id"],
                    tuple(b if isinstance(b, str) else b["text"] for b in raw["blocks"]),
                    tuple((c["answer"], c["label"]) for c in raw.get("choices", [])),
                )
    return Library(texts, answers)
