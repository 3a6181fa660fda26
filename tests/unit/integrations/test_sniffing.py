"""A file is what its bytes say, not what was said of it."""

import pytest

from integrations.sniffing import sniff


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0....JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"OggS\x00\x02", "audio/ogg"),
        (b"\x00\x00\x00\x20ftypisom....", "video/mp4"),
        (b"\x00\x00\x00\x20ftypM4A ....", "audio/mp4"),
        (b"#!AMR\n", "audio/amr"),
    ],
)
def test_known_beginning_is_its_kind(content: bytes, kind: str) -> None:
    assert sniff(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"<!doctype html>",
        b"%PDF-1.7",
        b"MZ\x90",
        b"RIFF",
        b"\x00\x00\x00\x20ftypqt  ",
    ],
)
def test_anything_else_is_shown_to_nobody(content: bytes) -> None:
    assert sniff(content) is None
