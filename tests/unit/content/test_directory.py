"""Services near her: found, ordered, and never more than may be shown."""

from datetime import date
from typing import Any

import pytest

from content.directory import Directory, Place, PlaceView, distance
from content.library import Library, load
from tests.support.content import SHELTER, Folder

READ = date(2026, 11, 21)
TAPACHULA = (14.905, -92.263)


def service(name: str, **changes: Any) -> dict[str, Any]:
    made = {**SHELTER, "id": name, "name": name, **changes}
    return {key: value for key, value in made.items() if value is not None}


def near(folder: Folder, place: str | None = None, at: tuple[float, float] | None = None, **terms: Any) -> tuple[PlaceView, ...]:
    library: Library = load(folder.root, production=terms.pop("production", False))
    return library.places_near(terms.pop("language", "es"), ["shelter"], place, at, terms.pop("today", READ))


def names(views: tuple[PlaceView, ...]) -> list[str]:
    return [view.name for view in views]


@pytest.mark.parametrize(
    "wrote",
    ["tapachula", "Tapachula, Chiapas", "estoy en TAPACHULA!", "tapachulla", "ando en tapachulla", "la tapa", "tuxtla gutierrez"],
)
def test_place_is_found_as_women_write_it(folder: Folder, wrote: str) -> None:
    found = load(folder.root).directory.find(wrote)
    assert found[0].state == "Chiapas"


@pytest.mark.parametrize("wrote", ["", "no se", "por ahi", "x", "estoy en la calle", "quiero refugio", "en la frontera"])
def test_words_that_name_no_place_find_none(folder: Folder, wrote: str) -> None:
    assert load(folder.root).directory.find(wrote) == ()


@pytest.mark.parametrize(
    ("wrote", "ids"), [("juarez-chih", ["juarez-chih"]), ("juarez-chih|juarez-nl", ["juarez-chih", "juarez-nl"])]
)
def test_ids_of_places_are_taken_as_they_are(folder: Folder, wrote: str, ids: list[str]) -> None:
    assert [place.id for place in load(folder.root).directory.find(wrote)] == ids


def test_name_of_several_places_finds_them_all_and_lists_what_is_near_any(folder: Folder) -> None:
    folder.services(
        [
            service("north", state="Chihuahua", city="Ciudad Juárez"),
            service("east", state="Nuevo León", city="Juárez"),
            service("south"),
        ]
    )
    assert {place.id for place in load(folder.root).directory.find("juarez")} == {"juarez-chih", "juarez-nl"}
    assert set(names(near(folder, "juarez"))) == {"north", "east"}


def test_shared_position_lists_the_nearest_first_with_its_distance(folder: Folder) -> None:
    folder.services(
        [
            service("far", city="Tuxtla Gutiérrez"),
            service("close", lat=14.92, lon=-92.26),
            service("tijuana", city="Tijuana", state="Baja California"),
        ]
    )
    views = near(folder, at=TAPACHULA)
    assert names(views) == ["close", "far"]
    assert "A unos 2 km." in views[0].lines


def test_service_of_another_state_just_across_the_line_is_still_near(folder: Folder) -> None:
    folder.services([service("across", state="Oaxaca", city=None, lat=15.5, lon=-92.9)])
    assert names(near(folder, at=TAPACHULA)) == ["across"]


def test_national_service_comes_last_and_says_that_it_is(folder: Folder) -> None:
    folder.services([service("nation", coverage="national", state="Ciudad de México", city=None), service("close")])
    views = near(folder, "tapachula")
    assert names(views) == ["close", "nation"]
    assert "todo el país" in views[1].lines[0]
    assert names(near(folder)) == ["nation"], "without a place only what serves everywhere"


def test_secret_place_shows_no_address_no_city_and_no_distance(folder: Folder) -> None:
    folder.services([service("hidden", secret=True, address=None)])
    text = "\n".join(near(folder, "tapachula")[0].lines)
    assert "Tapachula" not in text
    assert "km" not in text
    assert "no se publica" in text


def test_whom_a_service_receives_is_said_and_the_unknown_is_asked_first(folder: Folder) -> None:
    lines = near(folder, "tapachula")[0].lines
    assert "Recibe: niñas y niños." in lines
    assert "No recibe: hijos adolescentes." in lines
    assert "Preguntamos antes si recibe: mujeres trans, mujeres sin papeles." in lines


def test_unverified_service_is_not_sent_in_production_and_says_to_check_elsewhere(folder: Folder) -> None:
    assert near(folder, "tapachula", production=True) == ()
    assert near(folder, "tapachula")[0].lines[-1].startswith("Confirma antes de ir")
    folder.services([service("checked", verified_by="an editor", verified_on="2026-11-20")])
    (view,) = near(folder, "tapachula", production=True)
    assert not any("Confirma" in line for line in view.lines)


@pytest.mark.parametrize("changes", [{"show": "after_check"}, {"show": "internal"}, {"source": {"title": "Undated"}}])
def test_service_that_waits_for_a_check_is_not_shown(folder: Folder, changes: dict[str, Any]) -> None:
    folder.services([service("waits", **changes)])
    assert near(folder, "tapachula") == ()


def test_service_expires_like_a_contact(folder: Folder) -> None:
    assert near(folder, "tapachula", today=date(2027, 2, 19))
    assert near(folder, "tapachula", today=date(2027, 2, 20)) == ()


def test_nothing_to_show_says_whom_to_ask(folder: Folder) -> None:
    assert "079, opción 1" in load(folder.root).no_places("es")


def test_distance_between_tapachula_and_tijuana_is_that_of_the_map() -> None:
    assert distance(TAPACHULA, (32.514, -117.038)) == pytest.approx(3150, rel=0.03)


def test_directory_without_places_still_answers_a_position() -> None:
    assert Directory({}, {}).near(["shelter"], None, TAPACHULA, READ, production=False) == ()


def test_place_id_is_a_place() -> None:
    place = Place(id="tapachula", kind="city", name="Tapachula", state="Chiapas", lat=14.9, lon=-92.2)
    assert Directory({"tapachula": place}, {}).find("tapachula") == (place,)
