"""Archives: members whole and in order; nothing in them but plain files, and nothing is trusted to be as it says."""

from __future__ import annotations

import io
import stat
import tarfile

import pytest

from app.domain.errors import GatewayError, Refused
from app.gateways.archive import members, written

CONTENT = bytes(range(256)) * 9


@pytest.fixture
def path(tmp_path):
    made = tmp_path / "one"
    with written(made) as archive:
        archive.add("first", 0, [])
        archive.add("second", len(CONTENT), [CONTENT[:1000], CONTENT[1000:]])
    return made


def by_others(path, *infos, form=tarfile.GNU_FORMAT):
    """An archive as another program, or an attacker, may have written it."""
    with tarfile.open(path, "w", format=form) as tar:
        for info in infos:
            tar.addfile(info, io.BytesIO(bytes(info.size)))
    return path


def info(name="plain", kind=tarfile.REGTYPE, size=0, **more):
    made = tarfile.TarInfo(name)
    made.type, made.size = kind, size
    vars_of = {"linkname": "/etc/passwd"} if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else {}
    for key, value in {**vars_of, **more}.items():
        setattr(made, key, value)
    return made


def test_what_is_written_is_read_here_and_by_others(path):
    assert [(each.name, b"".join(each.pieces())) for each in members(path)] == [("first", b""), ("second", CONTENT)]
    with tarfile.open(path) as tar:
        assert tar.getnames() == ["first", "second"]
        assert tar.extractfile("second").read() == CONTENT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_members_may_be_passed_by(path):
    assert [each.size for each in members(path)] == [0, len(CONTENT)]


def test_a_member_is_as_long_as_was_said(tmp_path):
    for size in (1, 3):
        with pytest.raises(GatewayError, match="changed while it was read"), written(tmp_path / "two") as archive:
            archive.add("name", size, [b"ab"])
    assert list(tmp_path.iterdir()) == []


def test_no_more_is_read_than_is_wanted(path):
    _, second = (each for each in [*members(path)])
    with pytest.raises(Refused, match="too large"):
        second.read(len(CONTENT) - 1)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_only_plain_files(tmp_path, kind):
    with pytest.raises(Refused, match="no plain file"):
        list(members(by_others(tmp_path / "two", info(kind=kind))))


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_that_unfold_are_refused(tmp_path, form):
    with pytest.raises(Refused, match="no plain file"):
        list(members(by_others(tmp_path / "two", info("x" * 300), form=form)))


def test_what_is_no_archive_at_all(tmp_path):
    for content in (b"", b"short", b"x" * 512, b"PK" + bytes(2000)):
        (tmp_path / "two").write_bytes(content)
        with pytest.raises(Refused):
            list(members(tmp_path / "two"))
    for place in (tmp_path / "none", tmp_path):
        with pytest.raises(Refused, match="There is no file"):
            list(members(place))
