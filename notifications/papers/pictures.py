"""Pictures of a town for its papers: a coat of arms beside the layout file, of a kind that every writer takes."""

from pathlib import Path

from .model import Picture

#: Largest picture, in bytes: it goes into each paper.
LARGEST = 512 << 10
_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
_BEGINS = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}


def picture(folder: Path, name: str, alt: str, height: int) -> Picture:
    """The picture `name` of that folder, `height` millimetres high.

    Raises:
        OSError: it cannot be read.
        ValueError: it is none, is too large, lies elsewhere, or nobody says what it shows.
    """
    path = folder / name
    media_type = _TYPES.get(path.suffix.lower())
    if media_type is None or path.resolve().parent != folder.resolve():
        raise ValueError(f"{name}: PNG, JPEG")
    if not alt:
        raise ValueError(f"{name}: alt")
    content = path.read_bytes()
    if len(content) > LARGEST or not content.startswith(_BEGINS[media_type]):
        raise ValueError(f"{name}: {media_type}, ≤ {LARGEST} bytes")
    return Picture(content, media_type, alt, height)
