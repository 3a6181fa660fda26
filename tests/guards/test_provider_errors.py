"""Every exception of python-telegram-bot has a decision of ours. A new one in a new version fails here."""

from telegram import error

from integrations.telegram.codes import CODES


def test_every_telegram_exception_has_a_decision() -> None:
    known = {item for item in vars(error).values() if isinstance(item, type) and issubclass(item, error.TelegramError)}
    assert known == set(CODES)
