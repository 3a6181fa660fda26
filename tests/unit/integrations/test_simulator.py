"""The simulated phone's files are real ones, so that a page can show and play them."""

import io
import wave

import pytest

from integrations.channel import Message
from integrations.errors import MediaUnavailable
from integrations.simulator import Simulator


class NoMailbox:
    async def put(self, address: str, message_id: str, message: Message) -> None:
        raise AssertionError("nothing is sent here")


async def test_picture_is_a_picture_and_voice_note_plays() -> None:
    phone = Simulator(NoMailbox())
    assert (await phone.fetch_media("simulated-image")).startswith(b"\x89PNG\r\n\x1a\n")
    with wave.open(io.BytesIO(await phone.fetch_media("simulated-voice"))) as sound:
        assert sound.getnframes() / sound.getframerate() == 1.5


async def test_any_other_file_is_not_there() -> None:
    with pytest.raises(MediaUnavailable):
        await Simulator(NoMailbox()).fetch_media("/etc/passwd")
