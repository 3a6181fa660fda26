"""Cues learn from messages and weigh others."""

from bot.safety.cues import Cues, learn


def test_words_of_danger_weigh_more_than_words_of_paper() -> None:
    told = [("me pega mi esposo", True), ("me pega mucho", True), ("mi cita de comar", False), ("mi cita de curp", False)] * 3
    cues = Cues(learn(told))
    assert cues.urgent(["me", "pega"]) > 0.5 > cues.urgent(["cita", "de"])


def test_message_of_unknown_words_says_nothing() -> None:
    assert Cues({"": 3.0}).urgent(["hola"]) == 0.0


def test_same_messages_give_the_same_weights() -> None:
    told = [("me pega mi esposo", True), ("mi cita de comar", False)] * 4
    assert learn(told) == learn(told)
