"""Kinds, names and numbers of evidence."""

from __future__ import annotations

import pytest

from app.domain.access import Actor, Role, Scope, Ties, complainant
from app.domain.evidence import (
    ACCEPT,
    KINDS,
    MAX_ENTRIES,
    PIECE,
    Entry,
    clean_name,
    extension_of,
    is_known,
    is_misnamed,
    may_open,
    picture_fault,
    piece_due,
    zip_fault,
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("证据 一.pdf", "证据 一.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\照片\\a.jpg", "a.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\r\n.txt", "ab.txt"),
        ("\ud800a.png", "a.png"),
        ("CON", "_CON"),
        ("con .txt", "_con .txt"),
        ("COM1.pdf", "_COM1.pdf"),
        ("..", "file"),
        ("", "file"),
        ("长" * 300 + ".jpeg", "长" * 250 + ".jpeg"),
        ("长" * 300, "长" * 255),
        ("a" + "." + "b" * 400, None),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_harmless(given, shown):
    assert clean_name(given) == shown if shown else len(clean_name(given)) == 255


def test_the_name_bears_out_the_content():
    assert is_misnamed(KINDS["pdf"], "a.exe")
    assert is_misnamed(KINDS["zip"], "a.docx")
    assert not is_misnamed(KINDS["heic"], "a.jpg")
    assert not is_misnamed(KINDS["pdf"], "a")
    assert not is_misnamed(KINDS["doc"], "a.WPS")
    assert extension_of("a.TAR.GZ") == "gz"
    assert ".wps" in ACCEPT


@pytest.mark.parametrize(
    ("entries", "size", "said"),
    [
        ([Entry("a.txt", 10, 5)], 100, ""),
        ([Entry("a", 0, 0)] * (MAX_ENTRIES + 1), 10**6, "1,000"),
        ([Entry("a", 600 * 2**20, 5)], 20 * 2**20, "unpack"),
        ([Entry("a", 10, 500)], 100, "unpack"),
        ([Entry("a", 2_000_000, 5)], 100, "unpack"),
        ([Entry("a.RAR", 10, 5)], 100, "packed files"),
    ],
)
def test_a_zip_file_is_judged_by_its_list(entries, size, said):
    fault = zip_fault(entries, size)
    assert said in fault
    assert bool(fault) == bool(said)


@pytest.mark.parametrize(
    ("width", "height", "is_fine"),
    [(8000, 6000, True), (10_000, 5_001, False), (20_001, 1, False), (1, 20_001, False), (0, 5, False), (5, 0, False)],
)
def test_a_picture_is_judged_by_its_pixels(width, height, is_fine):
    assert (picture_fault(width, height) == "") is is_fine


def test_who_opens_what():
    centre = Actor(Scope.PROVINCE, "c", frozenset({Role.INTAKE}))
    unit = Actor(Scope.UNIT, "u", frozenset({Role.HANDLER}))
    window = Actor(Scope.FILED, "w", frozenset({Role.WINDOW}))
    nobody = Actor(Scope.NOTHING, "n")
    for source in ("complainant", "client"):
        assert may_open(centre, source, Ties(is_confidential=True))
        assert may_open(unit, source, Ties(is_confidential=False))
        assert not may_open(unit, source, Ties(is_confidential=True))
        assert may_open(window, source, Ties(is_confidential=True))
        assert not may_open(nobody, source, Ties(is_confidential=False))
    assert may_open(unit, "officer", Ties(is_confidential=True))
    assert not may_open(window, "officer", Ties(is_confidential=False))
    assert not may_open(complainant(1), "officer", Ties(is_confidential=False))


@pytest.mark.parametrize(("name", "known"), [("a.JPG", True), ("合同", True), ("a.exe", False), ("a.pdf.html", False)])
def test_a_name_that_cannot_be_taken_is_known_before(name, known):
    assert is_known(name) is known


@pytest.mark.parametrize(("size", "received", "due"), [(1, 0, 1), (PIECE, 0, PIECE), (PIECE + 1, PIECE, 1), (5, 5, 0)])
def test_pieces_are_full_but_for_the_last(size, received, due):
    assert piece_due(size, received) == due
