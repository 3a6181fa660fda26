"""What holds for both providers: settings with neither there, and what a refused message says."""

from typing import Any

import pytest

from integrations.channel import Channel, Message
from integrations.errors import SendError, Uncertain
from tests.support.servers import free_port
from tests.support.telegram_emulator import telegram_settings
from tests.support.twilio_emulator import twilio_settings

type Decision = tuple[str, bool, bool, float | None]


def nobody_listens(**instead: Any) -> dict[str, Any]:
    """Settings of a service with both channels, at providers that do not answer."""
    nowhere = f"http://127.0.0.1:{free_port()}"
    return {**twilio_settings(nowhere), **telegram_settings(nowhere), **instead}


async def refusal(channel: Channel, address: str) -> Decision:
    """What a refused message says: its code, whether to try again, whose fault, after how many seconds. Never her words."""
    with pytest.raises(SendError) as refused:
        await channel.send(address, Message(text="a secret of hers"), "r")
    error = refused.value
    assert not isinstance(error, Uncertain)
    assert "secret" not in repr(error) + str(error)
    assert error.__suppress_context__ or error.__context__ is None, (
        "what the provider's library said would stand in the log beneath it"
    )
    return error.code, error.retry, error.our_fault, error.retry_after
