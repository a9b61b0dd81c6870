"""What a file is, by its content; what is wrong with it. Nothing is unpacked, and no more decoded than must be."""

from __future__ import annotations

import io
import json
import re
import struct
import warnings
import zipfile
from collections.abc import Callable
from typing import IO

import puremagic
from PIL import Image, UnidentifiedImageError

from app.domain.errors import Invalid
from app.domain.evidence import (
    DRAWN,
    KINDS,
    NAME_LENGTH,
    Entry,
    Kind,
    clean_name,
    extension_of,
    is_misnamed,
    picture_fault,
    seen,
    zip_fault,
)

HEAD = 4096
UNKNOWN = "This kind of file is not taken. Please send pictures, PDF, office files, text, sound, video or zip."
DAMAGED = "The file is damaged, or not what its name says."
TWOFOLD = "The file is two kinds of file at once."
MACROS = "The file holds macros (programs). Please save it without them, or as a PDF."
MISNAMED = "The end of the file's name does not fit its content."
_TAIL, _DIRECTORY, _PART = 65_557, 1024 * 1024, 1024 * 1024
_MARKUP = re.compile(rb"<\s*(script|html|!doctype|svg|\?php|iframe|body)", re.IGNORECASE)
_PICTURES = {"jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP"}
_SIGNS = {  # kind -> what puremagic calls it
    "jpeg": ("jpg", "jpeg", "jfif"),
    "heic": ("heic", "heif", "heix", "hevc"),
    "amr": ("amr",),
    "wav": ("wav",),
    "m4a": ("m4a",),
    "3gp": ("3gp", "3g2", "3ga", "3gpp"),
    "mov": ("mov",),
    "mp3": ("mp3", "mpga"),
    "mp4": ("mp4", "m4v"),
    **{name: (name,) for name in ("png", "gif", "webp", "bmp", "pdf")},
}
_STARTS = {  # and how it begins, so that a guess of a library is never enough
    "jpeg": rb"\xff\xd8\xff",
    "png": rb"\x89PNG\r\n\x1a\n",
    "gif": rb"GIF8[79]a",
    "webp": rb"RIFF....WEBP",
    "bmp": rb"BM",
    "heic": rb"....ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)",
    "pdf": rb"%PDF-\d",
    "amr": rb"#!AMR",
    "wav": rb"RIFF....WAVE",
    "m4a": rb"....ftypM4[AB]",
    "3gp": rb"....ftyp3g",
    "mov": rb"....ftypqt",
    "mp4": rb"....ftyp(mp4|isom|iso\d|avc1|M4V|MSNV|dash|mmp4|XAVC)",
    "mp3": rb"(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])",
}
_OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_STREAMS = {"WordDocument": "doc", "Workbook": "xls", "Book": "xls", "PowerPoint Document": "ppt"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class Found:
    """What a file was found to be, with the list of a zip file's entries (JSON)."""

    def __init__(self, kind: Kind, listing: str | None = None) -> None:
        """Keep both."""
        self.kind, self.listing = kind, listing


def inspect(file: IO[bytes], size: int, name: str) -> Found:
    """What the file is. Raises Invalid (field `file`) for what is not taken; `name` as it is shown."""
    head = _at(file, 0, HEAD)
    found = _found(file, head, size)
    if is_misnamed(found.kind, name):
        raise _wrong(MISNAMED)
    if found.kind.name in DRAWN:
        _check_picture(file, found.kind)
    if found.kind.family in ("picture", "sound", "video") or found.kind.name == "pdf":
        _check_single(file, head, size, found.kind)
    return found


def _found(file: IO[bytes], head: bytes, size: int) -> Found:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(file, size)
    if head.startswith(_OLE):
        return Found(_old_office(file))
    return Found(KINDS[_by_signature(head) or _text(file)])


def _by_signature(head: bytes) -> str:
    guesses = {extension_of(each.extension) for each in _magic(head)}
    for name, pattern in _STARTS.items():
        if guesses & set(_SIGNS[name]) and re.match(pattern, head, re.DOTALL):
            return name
    return ""


def _magic(head: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return list(puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return []


def _text(file: IO[bytes]) -> str:
    """`txt` for plain text in UTF-8, GB 18030 or UTF-16; markup and scripts are none. Raises Invalid."""
    content = _at(file, 0, -1)
    codecs = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for codec in codecs:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        is_plain = not re.search(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", text)
        if is_plain and not re.match(r"\s*(<[a-z!?]|#!|%!|\{\\rtf)", text, re.IGNORECASE):
            return "txt"
        break
    raise _wrong(UNKNOWN)


def shown_name(kind: Kind, name: str) -> str:
    """The name with an extension that the content bears out."""
    fits = extension_of(name) in kind.extensions
    return name if fits else clean_name(f"{name[: NAME_LENGTH - 8]}.{kind.extensions[0]}")


# --- packed files -----------------------------------------------------------------------------------------------


def _packed(file: IO[bytes], size: int) -> Found:
    """A zip file, or an office file, which is one."""
    _check_directory(file, size)
    try:
        with zipfile.ZipFile(file) as packed:
            entries = [Entry(_name_of(each), each.file_size, each.compress_size) for each in packed.infolist()]
            kind = _office_kind(packed, entries)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, EOFError, struct.error) as error:
        raise _wrong(DAMAGED) from error
    if fault := zip_fault([] if kind else entries, size) or zip_fault(_renamed(entries), size):
        raise _wrong(fault)
    if kind:
        return Found(KINDS[kind])
    return Found(KINDS["zip"], json.dumps([[each.name, each.size] for each in entries], ensure_ascii=False))


def _renamed(entries: list[Entry]) -> list[Entry]:
    """An office file may hold others: only its sizes count."""
    return [each._replace(name="") for each in entries]


def _check_directory(file: IO[bytes], size: int) -> None:
    """The list is read only when it is short, whatever it says of itself: 20 MB of list are 400,000 entries."""
    start = max(0, size - _TAIL)
    tail = _at(file, start, _TAIL)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise _wrong(DAMAGED)
    count, length = struct.unpack("<HL", tail[at + 10 : at + 16])
    if count == 0:
        raise _wrong("The zip file is empty.")
    if count > 0xFFFE or length > _DIRECTORY:
        raise _wrong("The zip file holds more than 1,000 files.")


def _name_of(info: zipfile.ZipInfo) -> str:
    is_utf8 = bool(info.flag_bits & 0x800)
    name = info.orig_filename
    raw = name.encode("utf-8", "replace") if is_utf8 else name.encode("cp437", "replace")
    return seen(entry_name(raw, is_utf8=is_utf8))


def entry_name(raw: bytes, *, is_utf8: bool) -> str:
    """The name of an entry: UTF-8 where it says so or reads so, else GBK (Windows in China), else CP437."""
    for codec in ("utf-8",) if is_utf8 else ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _office_kind(packed: zipfile.ZipFile, entries: list[Entry]) -> str:
    """`docx`, `xlsx`, `pptx`, `ofd`, or nothing. Raises Invalid for one with macros."""
    names = {each.name for each in entries}
    if "OFD.xml" in names:
        return "ofd"
    kind = next((kind for part, kind in _OFFICE.items() if any(each.startswith(part) for each in names)), "")
    if "[Content_Types].xml" not in names or not kind:
        return ""
    with packed.open("[Content_Types].xml") as part:
        types = part.read(_PART)
    if b"macroEnabled" in types or any("vbaproject" in each.lower() or "/macrosheets/" in each for each in names):
        raise _wrong(MACROS)
    return kind


def _old_office(file: IO[bytes]) -> Kind:
    """Office files of before 2007, by the names of their streams. Raises Invalid for others, and for macros."""
    content = _at(file, 0, -1)
    if any(_stream(name) in content for name in ("_VBA_PROJECT", "VBA_PROJECT_CUR", "Macros")):
        raise _wrong(MACROS)
    for name, kind in _STREAMS.items():
        if _stream(name) in content:
            return KINDS[kind]
    raise _wrong(UNKNOWN)


def _stream(name: str) -> bytes:
    """A directory entry of a compound file begins with its name in UTF-16, closed by a zero."""
    return f"{name}\0".encode("utf-16-le")


# --- pictures, sound, video, PDF --------------------------------------------------------------------------------


def _check_picture(file: IO[bytes], kind: Kind) -> None:
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file, formats=[_PICTURES[kind.name]]) as picture:
                fault = picture_fault(*picture.size)
                if not fault and kind.name == "gif":
                    picture.load()
                elif not fault:
                    picture.verify()
    except Image.DecompressionBombError:
        fault = picture_fault(0, 0)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, EOFError) as error:
        raise _wrong(DAMAGED) from error
    if fault:
        raise _wrong(fault)


def _check_single(file: IO[bytes], head: bytes, size: int, kind: Kind) -> None:
    """No markup at its head, no zip file at its end: such a file is something else to somebody else."""
    tail = _at(file, max(0, size - _TAIL), _TAIL)
    is_zip = tail.rfind(b"PK\x05\x06") >= 0 and zipfile.is_zipfile(file)
    if is_zip or (kind.name != "pdf" and _MARKUP.search(head)) or (kind.name == "gif" and head[6:8] == b"/*"):
        raise _wrong(TWOFOLD)


def thumbnail(read: Callable[[], bytes], side: int) -> bytes:
    """A small JPEG of a picture, turned upright, without any of its metadata. Raises ValueError or OSError."""
    from PIL import ImageOps  # noqa: PLC0415 - the worker's only

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(read()), formats=list(_PICTURES.values())) as picture:
            if picture_fault(*picture.size):
                raise ValueError(DAMAGED)
            picture.draft("RGB", (side * 2, side * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((side, side))
            made = io.BytesIO()
            upright.save(made, "JPEG", quality=80)
            return made.getvalue()


def _at(file: IO[bytes], start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _wrong(message: str) -> Invalid:
    return Invalid({"file": message})
