"""Loading scripts: everything wrong is refused at once, with file, line, key and remedy."""

from pathlib import Path

import pytest

from flows import load
from flows.problems import BrokenScripts
from tests.support.flows import Chat, SpokenKeys, scripts_of, write

GOOD = """\
flow: guide
topics: [work]
steps:
  ask:
    do: ask
    text: guide.ask
    choices:
      - {value: one, label: guide.one, to: done}
  done:
    do: close
"""


def problems(folder: Path, text: str) -> tuple[str, ...]:
    write(folder, guide=text)
    with pytest.raises(BrokenScripts) as caught:
        load.load(folder)
    return caught.value.lines


def test_good_scripts_load(tmp_path: Path) -> None:
    scripts = load.load(write(tmp_path, guide=GOOD))
    assert scripts.topics == ("work",)
    assert scripts.by_topic["work"].first == "ask"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("do: ask", "do: sing", "guide.yml:4: steps.ask: unknown kind of step"),
        ("to: done", "to: gone", "guide.yml:4: steps.ask: leads to gone, which is no step here"),
        ("text: guide.ask", "txt: guide.ask", "guide.yml:6: steps.ask.txt: unknown field"),
        ("    text: guide.ask\n", "", "guide.yml:4: steps.ask.text: is missing"),
        ("text: guide.ask", "text: [1]", "guide.yml:6: steps.ask.text: Input should be a valid string"),
        ("value: one", "value: Uno dos", "guide.yml:8: steps.ask.choices.0.value"),
        ("to: done", "flow: nowhere", "guide.yml:4: steps.ask: leads to flow nowhere, which does not exist"),
        ("flow: guide", "flow: guide\nflow: twice", "guide.yml:2: flow: stands twice"),
        ("    choices:\n      - {value: one, label: guide.one, to: done}\n", "", "guide.yml:4: steps.ask: a question with"),
        ("topics: [work]", "topics: work", "guide.yml:2: topics: Input should be a valid tuple"),
        ("topics: [work]", "words: [Horario]", "guide.yml:2: words.0: write it as `horario`"),
        ("topics: [work]", "words: [menu]", "guide.yml:2: words.0: menu can always be typed"),
        (GOOD, "", "guide.yml:1: file"),
        (GOOD, "- just\n- a list\n", "guide.yml:1: file"),
    ],
)
def test_mistake_is_refused_where_it_stands(tmp_path: Path, old: str, new: str, expected: str) -> None:
    lines = problems(tmp_path / "scripts", GOOD.replace(old, new, 1))
    assert any(line.startswith(f"scripts/{expected}") for line in lines), lines
    assert all(line.count(": ") >= 3 for line in lines), "file:line: key: what: remedy"


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    write(tmp_path, guide=GOOD.replace("to: done", "to: gone"), other=GOOD.replace("flow: guide", "flow: other"))
    (tmp_path / "menu.yml").unlink()
    with pytest.raises(BrokenScripts) as caught:
        load.load(tmp_path)
    text = "\n".join(caught.value.lines)
    assert "flow menu is missing" in text
    assert "topic work already has the flow" in text
    assert "leads to gone" in text


def test_word_that_leads_to_two_flows_is_refused(tmp_path: Path) -> None:
    led = GOOD.replace("topics: [work]", "words: [horario]")
    write(tmp_path, guide=led, other=led.replace("flow: guide", "flow: other"))
    with pytest.raises(BrokenScripts) as caught:
        load.load(tmp_path)
    assert any("words: word horario already has the flow guide" in line for line in caught.value.lines)


def test_version_changes_with_the_order_of_steps(tmp_path: Path) -> None:
    one = load.load(write(tmp_path / "a", guide=GOOD)).flows["guide"].digest
    lines = GOOD.splitlines(keepends=True)
    turned = "".join([*lines[:3], *lines[8:], *lines[3:8]])
    other = load.load(write(tmp_path / "b", guide=turned)).flows["guide"].digest
    assert one != other


def test_version_survives_being_kept(tmp_path: Path) -> None:
    scripts = scripts_of(tmp_path / "a", guide=GOOD)
    edited = scripts_of(tmp_path / "b", guide=GOOD.replace("value: one", "value: two")).with_old(scripts.versions())
    assert edited.version(scripts.flows["guide"].digest) is not None
    assert list(edited.old) == [scripts.flows["guide"].digest]


def test_kept_version_that_says_what_is_gone_is_left_out(tmp_path: Path) -> None:
    class LessContent(SpokenKeys):
        def has_text(self, key: str) -> bool:
            return key != "guide.one"

    scripts = scripts_of(tmp_path / "a", guide=GOOD)
    edited = scripts_of(tmp_path / "b", guide=GOOD.replace("guide.one", "guide.two")).with_words(LessContent())
    assert edited.with_old(scripts.versions()).old == {}


def test_kept_version_that_no_longer_reads_is_left_out(tmp_path: Path) -> None:
    scripts = scripts_of(tmp_path, guide=GOOD)
    assert scripts.with_old({"0123": {"flow": "guide", "steps": {"a": {"do": "sing"}}}}).old == {}


def test_conversation_goes_on_with_the_version_it_began_on(tmp_path: Path) -> None:
    before = scripts_of(tmp_path / "a", guide=GOOD)
    chat = Chat(before)
    chat.says("mi sueldo", "work")
    edited = scripts_of(tmp_path / "b", guide=GOOD.replace("value: one, label: guide.one", "value: other, label: guide.other"))
    chat.scripts = edited.with_old(before.versions())
    chat.taps("one")
    assert "stack" not in chat.state


def test_conversation_whose_version_is_gone_goes_on_at_the_step_of_the_same_name(tmp_path: Path) -> None:
    chat = Chat(scripts_of(tmp_path / "a", guide=GOOD))
    chat.says("mi sueldo", "work")
    chat.scripts = scripts_of(
        tmp_path / "b", guide=GOOD.replace("value: one, label: guide.one", "value: other, label: guide.other")
    )
    chat.says("guide other")
    assert chat.state["stack"][0][2] == "ask", "the new version's question stands"
    chat.says("guide other")
    assert "stack" not in chat.state


def test_conversation_whose_step_is_gone_gets_the_menu(tmp_path: Path) -> None:
    chat = Chat(scripts_of(tmp_path / "a", guide=GOOD))
    chat.says("mi sueldo", "work")
    chat.scripts = scripts_of(tmp_path / "b", guide=GOOD.replace("  ask:\n", "  renamed:\n"))
    said = chat.taps("one")
    assert [getattr(event, "key", "") for event in said] == ["flow.moved", "menu.only"]
