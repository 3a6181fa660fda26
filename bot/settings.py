"""All settings, read once. Nothing else reads the environment. `docs/settings.md` lists each one."""

import base64
import binascii
from pathlib import Path
from typing import Annotated, Literal

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_ROOT = Path(__file__).resolve().parent.parent
_TELEGRAM = "https://api.telegram.org"
# Chrome, Chromium without Google's keys, Firefox, Safari, Edge
_PUSH_HOSTS = (
    "fcm.googleapis.com",
    "jmt17.google.com",
    "updates.push.services.mozilla.com",
    "*.push.apple.com",
    "*.notify.windows.com",
)


def _key(text: str, setting: str) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32:
        raise ValueError(f"{setting}: not base64url of 32 bytes: `faro keys` prints fresh ones")
    return raw


def _scalar(text: str, setting: str) -> bytes:
    raw = _key(text, setting)
    try:
        ec.derive_private_key(int.from_bytes(raw), ec.SECP256R1())
    except ValueError:
        raise ValueError(f"{setting}: not a key of the curve P-256: `faro push-keys` prints a fresh one") from None
    return raw


class SettingsError(Exception):
    """The settings do not allow a start. The text is one line and names no secret."""


class Settings(BaseSettings):
    """One frozen model of everything that differs between deployments."""

    model_config = SettingsConfigDict(env_prefix="FARO_", env_file=".env", extra="ignore", frozen=True)

    env: Literal["production", "development"] = "production"
    data_dir: Path = Path("var")
    database_url: str = ""
    keystore_url: str = ""
    redis_url: str | None = None
    rasa_url: str | None = None
    rasa_deadline: float = Field(default=1.5, gt=0)
    public_url: str = ""

    secret_key: SecretStr = SecretStr("")
    encryption_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    lookup_key: SecretStr = SecretStr("")

    content_dir: Path = _ROOT / "content"
    flows_dir: Path = _ROOT / "flows" / "scripts"

    controller_name: str = ""
    controller_contact: str = ""

    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr = SecretStr("")
    twilio_sender: str = ""
    twilio_api_url: str | None = None
    twilio_reopen_content_sid: str = ""
    telegram_token: SecretStr = SecretStr("")
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_mode: Literal["webhook", "polling"] = "webhook"
    telegram_api_url: str = _TELEGRAM

    alert_urls: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    push_key: SecretStr = SecretStr("")
    push_hosts: Annotated[tuple[str, ...], NoDecode] = _PUSH_HOSTS
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    max_body_bytes: int = Field(default=1_000_000, gt=0)

    burst_wait: float = Field(default=3.0, ge=0, le=3)
    reply_minutes: float = Field(default=15, gt=0)
    automatic_expiry_minutes: float = Field(default=10, gt=0)
    uncertain_wait: float = Field(default=60, gt=0)
    twilio_catch_up_minutes: float = Field(default=5, gt=0)
    turn_attempts: int = Field(default=3, ge=1)
    unconsented_minutes: float = Field(default=60, gt=0)

    retention_chat_hours: float = Field(default=72, gt=0)
    retention_closed_hours: float = Field(default=72, gt=0)
    retention_case_days: float = Field(default=30, gt=0)
    retention_contact_days: float = Field(default=90, gt=0)
    retention_record_days: float = Field(default=365, gt=0)
    retention_access_days: float = Field(default=730, gt=0)
    retention_key_copies_days: float = Field(default=7, gt=0)
    retention_push_days: float = Field(default=30, gt=0)

    alarm_operators_seconds: float = Field(default=60, gt=0)
    alarm_supervisors_seconds: float = Field(default=180, gt=0)
    alarm_contact_seconds: float = Field(default=300, gt=0)
    alarm_wait_said_seconds: float = Field(default=600, gt=0)
    alarm_repeat_seconds: float = Field(default=300, gt=0)
    claim_return_seconds: float = Field(default=180, gt=0)
    presence_seconds: float = Field(default=180, gt=0)
    session_hours: float = Field(default=12, gt=0)
    session_gone_minutes: float = Field(default=30, gt=0)
    session_idle_minutes: float = Field(default=10, gt=0)

    @field_validator("encryption_keys", "alert_urls", "push_hosts", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'faro.sqlite3'}"

    @property
    def keystore(self) -> str:
        """Where each contact's data key lives: a store of its own, outside the database's backups (R31)."""
        return self.keystore_url or f"sqlite+aiosqlite:///{self.data_dir / 'keys.sqlite3'}"

    @property
    def production(self) -> bool:
        return self.env == "production"

    def master_keys(self) -> tuple[bytes, ...]:
        return tuple(_key(k.get_secret_value(), "FARO_ENCRYPTION_KEYS") for k in self.encryption_keys)

    def lookup(self) -> bytes:
        return _key(self.lookup_key.get_secret_value(), "FARO_LOOKUP_KEY")

    def push_scalar(self) -> bytes | None:
        """The private key that signs alerts to operators' phones; None where there is none."""
        text = self.push_key.get_secret_value()
        return _scalar(text, "FARO_PUSH_KEY") if text else None

    @property
    def whatsapp_configured(self) -> bool:
        return bool(self.twilio_account_sid and self.twilio_auth_token.get_secret_value() and self.twilio_sender)

    @property
    def telegram_configured(self) -> bool:
        return bool(self.telegram_token.get_secret_value())

    @property
    def reaches_people(self) -> bool:
        """Whether messages go to the providers themselves, not to an address that stands in for them."""
        whatsapp = self.whatsapp_configured and self.twilio_api_url is None
        return whatsapp or (self.telegram_configured and self.telegram_api_url == _TELEGRAM)

    def controller(self) -> dict[str, str]:
        """Who answers for her data and where to ask, as the privacy notice says it (R29); only what is set."""
        named = {"controller": self.controller_name.strip(), "controller_contact": self.controller_contact.strip()}
        return {name: said for name, said in named.items() if said}

    def refuse_if_unsafe(self) -> None:
        """Raise `SettingsError` when a secret is missing, or, before real people, who answers for their data.

        Called by every process that serves or works.
        """
        problems = [
            f"{name} is not set: `faro keys` prints a fresh one"
            for name, value in (
                ("FARO_SECRET_KEY", self.secret_key.get_secret_value()),
                ("FARO_ENCRYPTION_KEYS", self.encryption_keys),
                ("FARO_LOOKUP_KEY", self.lookup_key.get_secret_value()),
            )
            if not value
        ]
        if self.whatsapp_configured and not self.public_url:
            problems.append("FARO_PUBLIC_URL is not set: Twilio's signatures cannot be checked without it")
        if self.telegram_configured and self.telegram_mode == "webhook" and not self.telegram_webhook_secret.get_secret_value():
            problems.append("FARO_TELEGRAM_WEBHOOK_SECRET is not set: `faro keys` prints a fresh one")
        if self.production and self.reaches_people and len(self.controller()) < 2:
            problems.append(
                "FARO_CONTROLLER_NAME and FARO_CONTROLLER_CONTACT are not set: the privacy notice must say who answers"
            )
        if problems:
            raise SettingsError("; ".join(problems))
        try:
            self.master_keys()
            self.lookup()
            self.push_scalar()
        except ValueError as error:
            raise SettingsError(str(error)) from None
