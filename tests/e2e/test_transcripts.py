"""Every conversation in `tests/transcripts/`, replayed; what it shows held against what channels can show."""

from pathlib import Path

import pytest

from bot import flow_cli, transcripts
from flows.load import Scripts
from integrations.channel import Limits
from integrations.telegram.send import LIMITS as TELEGRAM
from integrations.whatsapp.send import LIMITS as WHATSAPP

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tests" / "transcripts"
FILES = sorted(FOLDER.rglob("*.txt"))
GLOBAL_WORDS = ("MENU", "AYUDA", "HELP", "SALIR", "EXIT", "BORRAR", "DELETE", "ESPAÑOL", "ENGLISH")


@pytest.fixture(scope="module")
def scripts() -> Scripts:
    return flow_cli.scripts_of(ROOT / "content", ROOT / "flows" / "scripts")


@pytest.fixture(scope="module")
def sources() -> transcripts.Sources:
    return transcripts.sources_of(ROOT / "content")


def name(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_conversation_goes_as_written(path: Path, scripts: Scripts, sources: transcripts.Sources) -> None:
    transcript = transcripts.read(path)
    replayed = transcripts.replay(scripts, sources, transcript)
    changed = transcripts.difference(transcript, replayed)
    assert changed == "", f"\n{changed}\nIf this is meant: faro flow test --accept"


@pytest.mark.parametrize("limits", [WHATSAPP, TELEGRAM], ids=["whatsapp", "telegram"])
def test_everything_shown_fits_the_channel(limits: Limits, scripts: Scripts, sources: transcripts.Sources) -> None:
    for path in FILES:
        for shown in transcripts.replay(scripts, sources, transcripts.read(path)).shown:
            count = len(shown.labels)
            as_list = count > limits.buttons
            most = limits.row_label if as_list and limits.rows else limits.button_label
            assert count <= (limits.rows if as_list and limits.rows else limits.buttons), (path, shown)
            own = [
                label for label, offer in zip(shown.labels, shown.event.offers, strict=True) if not offer.label.startswith("@")
            ]
            assert all(len(label) <= most for label in own), (path, shown)
            assert all(len(offer.token.encode()) <= 60 for offer in shown.event.offers), (path, shown)


def test_no_state_is_large(scripts: Scripts, sources: transcripts.Sources) -> None:
    sizes = [len(str(state)) for path in FILES for state in transcripts.replay(scripts, sources, transcripts.read(path)).states]
    assert max(sizes) <= 2048


def test_every_script_has_its_way_and_two_more(scripts: Scripts, sources: transcripts.Sources) -> None:
    seen: dict[str, set[Path]] = {}
    for path in FILES:
        replayed = transcripts.replay(scripts, sources, transcripts.read(path))
        tokens = {offer.token.partition(":")[0] for shown in replayed.shown for offer in shown.event.offers}
        said = {shown.event.key for shown in replayed.shown if hasattr(shown.event, "key")}
        for flow in scripts.flows.values():
            own = {key for step in flow.steps.values() for key in step.texts().said if key.partition(".")[0] == flow.name}
            if said & own or tokens & set(flow.places.values()):
                seen.setdefault(flow.name, set()).add(path)
    assert {flow for flow in scripts.flows if len(seen.get(flow, ())) < 3} == set()


def test_every_global_word_is_said_inside_a_flow() -> None:
    inside = set()
    for path in FILES:
        for turn in transcripts.read(path).turns[1:]:
            inside |= {word for word in GLOBAL_WORDS if any(line == f"> {word}" for line in turn.heard)}
    assert set(GLOBAL_WORDS) - inside == set()


def test_both_languages_and_channels_are_spoken() -> None:
    settings = [transcripts.read(path).settings for path in FILES]
    assert len(settings) >= 60
    assert {s["language"] for s in settings} == {"es", "en"}
    assert {s["channel"] for s in settings} == {"whatsapp", "telegram"}


def test_changed_conversation_is_shown_as_an_editor_reads_it(
    tmp_path: Path, scripts: Scripts, sources: transcripts.Sources
) -> None:
    file = tmp_path / "a.txt"
    file.write_text("# Thanks\nlanguage: es\n\n> gracias\n= thanks 0.9\n< De nada.\n", encoding="utf-8")
    transcript = transcripts.read(file)
    changed = transcripts.difference(transcript, transcripts.replay(scripts, sources, transcript))
    assert "-< De nada." in changed.splitlines()
    assert "+< Con gusto. Aquí sigo si necesitas algo más." in changed.splitlines()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("hello there\n", ":1: neither a setting nor a turn"),
        ("> [Nunca]\n", ":1: no button [Nunca] was shown"),
        ("~ three weeks\n> hola\n", ":1: not a span of time"),
        ("> hola\n= greet 0.x\n", ":1: not a topic and a probability"),
    ],
)
def test_bad_transcript_is_one_line_with_a_remedy(
    tmp_path: Path, text: str, problem: str, scripts: Scripts, sources: transcripts.Sources
) -> None:
    file = tmp_path / "a.txt"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(transcripts.BadTranscript, match=problem.replace("[", r"\[").replace("]", r"\]")):
        transcripts.replay(scripts, sources, transcripts.read(file))
