"""What a process refuses to start with, in one line that names the setting and no secret."""

from pathlib import Path
from typing import Any

import pytest

from bot.settings import SettingsError
from tests.support.world import fake_settings

TELEGRAM = {"telegram_token": "1:fake", "telegram_webhook_secret": "fake"}
WHATSAPP = {
    "twilio_account_sid": "ACfake",
    "twilio_auth_token": "fake",
    "twilio_sender": "whatsapp:+15550000000",
    "public_url": "https://faro.example",
}
NAMED = {"controller_name": "Casa de Prueba", "controller_contact": "datos@faro.example"}


@pytest.mark.parametrize("provider", [TELEGRAM, WHATSAPP])
def test_production_before_real_people_needs_who_answers_for_their_data(tmp_path: Path, provider: dict[str, Any]) -> None:
    real = fake_settings(tmp_path, env="production", **provider)
    with pytest.raises(SettingsError, match="FARO_CONTROLLER_NAME and FARO_CONTROLLER_CONTACT"):
        real.refuse_if_unsafe()
    fake_settings(tmp_path, env="production", **provider, **NAMED).refuse_if_unsafe()


@pytest.mark.parametrize("half", [{"controller_name": "Casa de Prueba"}, {"controller_contact": "datos@faro.example"}])
def test_half_a_controller_is_none(tmp_path: Path, half: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="CONTROLLER"):
        fake_settings(tmp_path, env="production", **TELEGRAM, **half).refuse_if_unsafe()


@pytest.mark.parametrize(
    "changes",
    [
        {"env": "development", **TELEGRAM},
        {"env": "production"},
        {"env": "production", **TELEGRAM, "telegram_api_url": "http://127.0.0.1:9"},
        {"env": "production", **WHATSAPP, "twilio_api_url": "http://127.0.0.1:9"},
    ],
)
def test_where_nobody_real_can_be_reached_nobody_need_be_named(tmp_path: Path, changes: dict[str, Any]) -> None:
    fake_settings(tmp_path, **changes).refuse_if_unsafe()


@pytest.mark.parametrize("missing", ["secret_key", "encryption_keys", "lookup_key"])
def test_missing_secret_is_named_and_no_secret_is_shown(tmp_path: Path, missing: str) -> None:
    with pytest.raises(SettingsError) as refused:
        fake_settings(tmp_path, **{missing: ""}).refuse_if_unsafe()
    assert f"FARO_{missing.upper()}" in str(refused.value)
    assert "=" not in str(refused.value)
