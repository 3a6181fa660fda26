"""What a file is by its first bytes, whatever was said of it. Only kinds that a browser may show to an operator are known."""

_BEGINS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_ISO_MEDIA = dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4") | dict.fromkeys(
    (b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"3gp4", b"3gp5", b"M4V "), "video/mp4"
)


def sniff(content: bytes) -> str | None:
    """The type of a picture, a recording or a film; None for everything else."""
    if content[:4] == b"RIFF":
        return _RIFF.get(content[8:12])
    if content[4:8] == b"ftyp":
        return _ISO_MEDIA.get(content[8:12])
    return next((kind for begins, kind in _BEGINS if content.startswith(begins)), None)
