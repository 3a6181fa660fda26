"""What an editor reads on the page of a fact and of a service: words of her language, never a code."""

import html
import re
from typing import get_args

import pytest

from bot.console import facts, records
from content.changes import Change
from content.facts import Dated, Value
from tests.support.console import Browser

FACT = "/console/facts/profedet-telefono"
SERVICE = "/console/services/dh-campeche"
CODES = re.compile(r"\b(after_check|verify|withdraw|correct|accepts|phones|trans_women|None)\b")
CORRECTED = {
    FACT: {"value-0": "800 623 2323", "value-1": "800 717 2942", "value-2": "orientacionprofedet@stps.gob.mx"},
    SERVICE: {"phones": "449 910 2121", "languages": "es", "accepts-trans_women": "yes"},
}
WORDS = {
    "es": ("cuando alguien lo haya verificado", "Confianza media", "· verificación ·", "· corrección ·"),
    "en": ("once somebody has verified it", "Confidence medium", "· verification ·", "· correction ·"),
}
PROPOSED = {
    "es": ("Teléfonos: 449 910 2121", "Dirección: –", "A quiénes reciben: Mujeres trans: se reciben"),
    "en": ("Telephones: 449 910 2121", "Address: –", "Who is received: Trans women: received"),
}


async def read(editor: Browser, page: str) -> str:
    """The page as she reads it, without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", (await editor.get(page)).text)).split())


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("page", [FACT, SERVICE])
async def test_record_and_its_history_are_read_without_codes(editor: Browser, page: str, language: str) -> None:
    await editor.post("/console/language", page=page, language=language, next=page)
    await editor.post(f"{page}/verify", page=page, how="1")
    await editor.post(f"{page}/correct", page=page, how="2", **CORRECTED[page])
    text = await read(editor, page)
    assert [said for said in WORDS[language] if said not in text] == []
    assert CODES.findall(text) == []


@pytest.mark.parametrize("language", ["es", "en"])
async def test_correction_of_a_service_waits_for_approval_in_words(editor: Browser, language: str) -> None:
    await editor.post("/console/language", page=SERVICE, language=language, next=SERVICE)
    await editor.post(f"{SERVICE}/correct", page=SERVICE, how="2", **CORRECTED[SERVICE])
    text = await read(editor, SERVICE)
    assert [said for said in PROPOSED[language] if said not in text] == []


@pytest.mark.parametrize(
    ("page", "language", "said"),
    [(FACT, "es", "retiro"), (FACT, "en", "withdrawal"), (SERVICE, "es", "retiro"), (SERVICE, "en", "withdrawal")],
)
async def test_withdrawal_is_read_in_her_language(editor: Browser, page: str, language: str, said: str) -> None:
    await editor.post("/console/language", page=page, language=language, next=page)
    await editor.post(f"{page}/withdraw", page=page, how="3")
    text = await read(editor, page)
    assert f"· {said} · 3" in text
    assert {"es": "solo para el equipo", "en": "inside only"}[language] in text
    assert CODES.findall(text) == []


def test_every_code_of_a_record_has_words() -> None:
    assert set(records.SHOWN) == set(get_args(Dated.model_fields["show"].annotation))
    assert set(records.CONFIDENCE) == set(get_args(Dated.model_fields["confidence"].annotation))
    assert set(records.DECIDED) == set(get_args(Change.model_fields["action"].annotation))


def test_every_value_of_a_fact_has_words() -> None:
    union, *_ = get_args(Value)
    assert set(facts.KINDS) == {tag.tag for _, tag in map(get_args, get_args(union))}
