"""What a file is, by content: every kind that is taken, and 45 that are not."""

from __future__ import annotations

import io
import json

import pytest

from app.domain.errors import Invalid
from app.domain.evidence import KINDS, clean_name
from app.operations.inspection import entry_name, inspect, shown_name, thumbnail
from tests.operations import files


def look(name, content):
    return inspect(io.BytesIO(content), len(content), clean_name(name))


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_is_known_by_its_content(kind):
    name, content = files.GOOD[kind]
    assert look(name, content).kind.name == kind


@pytest.mark.parametrize("which", [each for each in files.HOSTILE if each != "empty"])
def test_what_is_not_taken_is_told_why(which):
    with pytest.raises(Invalid) as error:
        look(*files.HOSTILE[which])
    assert error.value.fields["file"].endswith(".")


def test_a_name_gets_the_end_that_its_content_bears_out():
    assert shown_name(KINDS["heic"], "a.jpg") == "a.jpg.heic"
    assert shown_name(KINDS["pdf"], "合同") == "合同.pdf"
    assert len(shown_name(KINDS["pdf"], "长" * 255)) <= 255


def test_a_text_in_utf_16():
    assert look("a.txt", "收费\r\n".encode("utf-16")).kind.name == "txt"


@pytest.mark.parametrize("message", ["", "gone"])
def test_a_picture_that_pillow_reads_without_fault(message, monkeypatch):
    from app.operations import inspection

    monkeypatch.setattr(inspection, "picture_fault", lambda *_: message)
    if not message:
        assert look("a.png", files.picture()).kind.name == "png"
        return
    with pytest.raises(Invalid, match="gone"):
        look("a.png", files.picture())


def test_a_pdf_may_hold_markup():
    assert look("a.pdf", files.PDF + b"<html>").kind.name == "pdf"


def test_names_of_a_zip_file_from_windows_in_china_are_read():
    assert json.loads(look("a.zip", files.gbk_zip()).listing) == [["现场照片/证据一.txt", 1]]
    utf8 = files.packed({"证据二.txt": b"22"})
    assert json.loads(look("a.zip", utf8).listing) == [["证据二.txt", 2]]
    assert entry_name(b"\x80\x80\xff", is_utf8=False) == b"\x80\x80\xff".decode("cp437")
    assert entry_name(b"\xff", is_utf8=True) == b"\xff".decode("cp437")


def test_an_encrypted_zip_file_is_listed_too():
    content = bytearray(files.packed({"a.txt": b"1"}))
    content[6] |= 1
    assert look("a.zip", bytes(content)).kind.name == "zip"


def test_a_decompression_bomb_that_pillow_itself_refuses(monkeypatch):
    from PIL import Image

    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    with pytest.raises(Invalid, match="pixels"):
        look("a.png", files.picture())


def test_a_thumbnail_is_small_and_upright_and_says_nothing_else():
    from PIL import Image

    made = io.BytesIO()
    picture = Image.new("RGB", (1000, 500))
    exif = picture.getexif()
    exif[274], exif[271] = 6, "Secret Camera"
    picture.save(made, "JPEG", exif=exif)
    small = thumbnail(made.getvalue, 100)
    assert Image.open(io.BytesIO(small)).size == (50, 100)
    assert b"Secret" not in small


def test_no_thumbnail_of_a_bomb(monkeypatch):
    from PIL import Image

    with pytest.raises((ValueError, Image.DecompressionBombError)):
        thumbnail(files.huge_png, 100)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    with pytest.raises(ValueError, match="damaged"):
        thumbnail(files.huge_png, 100)
