"""Stand-ins for the files of a simulated phone: a picture and a voice note, drawn and sounded here. Nobody's."""

import io
import math
import struct
import wave
import zlib

_SIDE = 160
_RATE = 8000
_SECONDS = 1.5
_PITCH = 330.0


def picture() -> bytes:
    """A PNG: a plain sun over a plain hill."""
    rows = b"".join(b"\x00" + bytes(value for x in range(_SIDE) for value in _colour(x, y)) for y in range(_SIDE))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")


def _colour(x: int, y: int) -> tuple[int, int, int]:
    if (x - 115) ** 2 + (y - 45) ** 2 < 24**2:
        return 240, 196, 84
    return (96, 140, 96) if y > 120 - 25 * math.sin(x / 40) else (198, 220, 230)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def voice() -> bytes:
    """A WAV: one soft tone."""
    tones = (int(6000 * math.sin(2 * math.pi * _PITCH * n / _RATE)) for n in range(int(_RATE * _SECONDS)))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(b"".join(struct.pack("<h", tone) for tone in tones))
    return file.getvalue()
