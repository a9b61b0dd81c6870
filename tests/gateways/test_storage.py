"""Files in a folder: encrypted, whole or not there, and told apart from what was altered."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.domain.errors import GatewayError
from app.gateways.storage import CHUNK, FolderStorage, NoRoom, new_key

ROOT = Path(__file__).resolve().parents[2]
KEYS = {"k2": bytes(32), "k1": bytes(range(32))}
CONTENT = os.urandom(2 * CHUNK + 5)
KEY = "ab" * 16


@pytest.fixture
def storage(tmp_path):
    return FolderStorage(tmp_path / "files", KEYS)


def path_of(storage, key=KEY):
    return storage.folder / key[:2] / key[2:4] / key


def whole(storage, key=KEY):
    return b"".join(storage.read(key))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK])
def test_what_is_put_is_read(storage, size):
    content = CONTENT[:size]
    storage.put(KEY, (content[at : at + 70_000] for at in range(0, size, 70_000)))
    assert whole(storage) == content


def test_the_file_is_private_and_says_nothing(storage):
    storage.put(KEY, [b"a secret sentence"])
    path = path_of(storage)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(storage.folder.stat().st_mode) == 0o700
    assert b"secret" not in path.read_bytes()
    assert [each.name for each in path.parent.iterdir()] == [KEY]


def test_an_older_key_still_opens(storage):
    FolderStorage(storage.folder, {"k1": KEYS["k1"]}).put(KEY, [b"old"])
    assert whole(storage) == b"old"
    with pytest.raises(GatewayError, match="key is not known"):
        whole(FolderStorage(storage.folder, {"k2": KEYS["k2"]}))


def _swap(raw):
    at, length = len(raw) - 5 - 16 - 2 * (CHUNK + 16), CHUNK + 16
    return raw[:at] + raw[at + length : at + 2 * length] + raw[at : at + length] + raw[at + 2 * length :]


@pytest.mark.parametrize(
    "alter",
    [
        lambda raw: raw[:-21],  # the last chunk is gone
        lambda raw: raw[:-1],
        lambda raw: raw[:10],
        lambda raw: b"",
        lambda raw: raw + b"x",
        lambda raw: raw[:100] + bytes([raw[100] ^ 1]) + raw[101:],
        lambda raw: b"HY2" + raw[3:],
        lambda raw: raw[:8] + bytes([raw[8] ^ 1]) + raw[9:],  # salt
        lambda raw: raw[:5] + b"1" + raw[6:],  # id of another key
        lambda raw: raw[:4] + b"\xff\xff" + raw[6:],
        _swap,
    ],
)
def test_what_was_altered_does_not_open(storage, alter):
    storage.put(KEY, [CONTENT])
    path = path_of(storage)
    path.write_bytes(alter(path.read_bytes()))
    with pytest.raises(GatewayError) as error:
        whole(storage)
    assert error.value.permanent


def test_a_file_under_another_name_does_not_open(storage):
    other = new_key()
    storage.put(KEY, [b"1"])
    storage.put(other, [b"2"])
    path_of(storage).replace(path_of(storage, other))
    with pytest.raises(GatewayError, match="altered"):
        whole(storage, other)


def test_missing_files_and_wrong_keys(storage):
    with pytest.raises(GatewayError, match="cannot be read") as error:
        whole(storage)
    assert error.value.permanent
    storage.delete(KEY)
    storage.put(KEY, [b"1"])
    storage.delete(KEY)
    assert not path_of(storage).exists()
    for wrong in ("", "../../etc/passwd", "AB" * 16, "ab" * 17):
        with pytest.raises(GatewayError, match="32"):
            storage.put(wrong, [b"1"])


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "files").write_text("in the way")
    storage = FolderStorage(tmp_path / "files", KEYS)
    with pytest.raises(GatewayError, match="cannot be stored"):
        storage.put(KEY, [b"1"])
    with pytest.raises(GatewayError, match="cannot be removed"):
        storage.delete(KEY)


def test_a_reader_that_breaks_off_leaves_nothing(storage):
    def broken():
        yield CONTENT
        raise ValueError("the connection broke")

    with pytest.raises(ValueError, match="broke"):
        storage.put(KEY, broken())
    assert list(path_of(storage).parent.iterdir()) == []


WRITER = """
import sys, time
from pathlib import Path
from app.gateways.storage import FolderStorage
def slow():
    while True:
        yield bytes(300_000)
        print("x", flush=True)
        time.sleep(0.02)
FolderStorage(Path(sys.argv[1]), {"k1": bytes(32)}).put("ab" * 16, slow())
"""


def test_a_writer_killed_half_way_leaves_nothing_readable(tmp_path):
    storage = FolderStorage(tmp_path, {"k1": bytes(32)})
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    for _ in range(8):
        assert process.stdout.readline() == "x\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not path_of(storage).exists()
    assert len(list(storage.drafts())) == 1
    assert storage.tidy(time.time() - 3600) == 0
    assert storage.tidy(time.time() + 1) == 1
    assert list(storage.drafts()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_takes_no_half_of_a_file(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine does not let us mount")
    try:
        storage = FolderStorage(folder, KEYS)
        storage.put(new_key(), [bytes(CHUNK)])
        with pytest.raises(GatewayError, match="No space"):
            storage.put(KEY, [bytes(CHUNK), bytes(CHUNK)])
        assert list(path_of(storage).parent.iterdir()) == []
        storage.put(KEY, [b"small enough"])
        assert whole(storage) == b"small enough"
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_from_other_trouble(storage, monkeypatch):
    def full(number):
        def write(_draft, _pieces):
            raise OSError(number, os.strerror(number))

        return staticmethod(write)

    for number, kind in ((errno.ENOSPC, NoRoom), (errno.EDQUOT, NoRoom), (errno.EIO, GatewayError)):
        monkeypatch.setattr(FolderStorage, "_write", full(number))
        with pytest.raises(GatewayError) as found:
            storage.put(KEY, [b"x"])
        assert type(found.value) is kind
        assert not found.value.permanent


def test_files_are_listed_by_age_and_moved_as_they_are(storage, tmp_path):
    assert storage.is_empty()
    storage.put(KEY, [CONTENT])
    (path_of(storage).parent / f".{KEY}.draft").write_bytes(b"half")
    assert not storage.is_empty()
    assert list(storage.older(time.time() - 3600)) == []
    assert list(storage.older(time.time() + 60)) == [KEY]
    other = FolderStorage(tmp_path / "other", KEYS)
    with storage.stored(KEY) as file:
        other.restore(KEY, [file.read()])
    assert whole(other) == CONTENT
    with pytest.raises(GatewayError) as missing:
        storage.stored("cd" * 16)
    assert missing.value.permanent
