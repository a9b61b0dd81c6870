"""The folder gateway: whole files, once each, private."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest

from app.domain.errors import GatewayError
from app.gateways.sms import NotTaken
from app.gateways.sms.outbox import OutboxGateway

DAY = date(2026, 11, 24)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def outbox(tmp_path):
    return OutboxGateway(tmp_path / "deep" / "outbox")


def send(outbox, reference="m-1", text="【站】您好", code="received"):
    return outbox.send(reference, "13800000000", text, code, {"receipt_no": "TS1"})


def test_one_file_a_message(outbox):
    receipt = send(outbox)
    assert receipt.gateway_ref == "m-1.json"
    assert [path.name for path in outbox.folder.iterdir()] == ["m-1.json"]
    assert json.loads((outbox.folder / "m-1.json").read_text("utf-8")) == {
        "reference": "m-1",
        "phone": "13800000000",
        "text": "【站】您好",
        "template_code": "received",
        "values": {"receipt_no": "TS1"},
    }


def test_files_and_folder_are_private(outbox):
    send(outbox)
    assert stat.S_IMODE((outbox.folder / "m-1.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700


def test_a_file_is_the_answer_to_a_query(outbox):
    assert outbox.query("m-1", "13800000000", DAY) == "absent"
    send(outbox)
    assert outbox.query("m-1", "13800000000", DAY) == "sent"


def test_sending_twice_is_an_error_and_changes_nothing(outbox):
    send(outbox)
    with pytest.raises(GatewayError) as caught:
        send(outbox, text="again")
    assert caught.value.permanent
    assert "13800000000" not in str(caught.value)
    assert "again" not in (outbox.folder / "m-1.json").read_text("utf-8")
    assert len(list(outbox.folder.iterdir())) == 1


@pytest.mark.parametrize("reference", ["", "../m", "a/b", "a.b", "x" * 65, "a\x00", "é"])
def test_references_that_are_no_file_names(outbox, reference):
    for call in (lambda: send(outbox, reference), lambda: outbox.query(reference, "", DAY)):
        with pytest.raises(GatewayError) as caught:
            call()
        assert caught.value.permanent


def test_of_many_racers_one_wins(outbox):
    start, won, lost = threading.Barrier(8), [], []

    def race():
        start.wait()
        try:
            won.append(send(outbox))
        except GatewayError as error:
            lost.append(error.permanent)

    racers = [threading.Thread(target=race) for _ in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert (len(won), lost) == (1, [True] * 7)


def test_a_folder_that_cannot_be_written_is_temporary(tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with pytest.raises(NotTaken) as caught:
        send(OutboxGateway(tmp_path / "outbox"))
    assert not caught.value.permanent


def test_a_folder_that_cannot_be_looked_into_is_no_answer(tmp_path):
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with pytest.raises(GatewayError) as caught:
        OutboxGateway(tmp_path / "outbox").query("m-1", "", DAY)
    assert not caught.value.permanent


def test_a_full_disk_leaves_nothing_behind(outbox, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    send(outbox, "m-0")
    monkeypatch.setattr("app.gateways.sms.outbox.os.fsync", full)
    with pytest.raises(NotTaken, match="No space left"):
        send(outbox)
    assert [path.name for path in outbox.folder.iterdir()] == ["m-0.json"]


def test_a_file_that_may_not_outlive_a_crash_is_of_unknown_fate(outbox, monkeypatch):
    def broken(_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("app.gateways.sms.outbox._sync_folder", broken)
    with pytest.raises(GatewayError) as caught:
        send(outbox)
    assert not isinstance(caught.value, NotTaken)
    assert outbox.query("m-1", "", DAY) == "sent"


def test_killed_at_any_moment_no_file_is_torn(outbox):
    program = (
        "import sys, pathlib; from app.gateways.sms.outbox import OutboxGateway\n"
        "box = OutboxGateway(pathlib.Path(sys.argv[1])); print('go', flush=True)\n"
        "for n in range(100000): box.send(f'k-{n}', '13800000000', 'x' * 5000, None, {})\n"
    )
    worker = subprocess.Popen(
        [sys.executable, "-c", program, str(outbox.folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )
    with worker:
        assert worker.stdout.readline() == b"go\n"
        while not (outbox.folder / "k-20.json").exists():
            assert worker.poll() is None
        worker.kill()
    files = list(outbox.folder.glob("*.json"))
    assert len(files) >= 20
    assert all(len(json.loads(path.read_text("utf-8"))["text"]) == 5000 for path in files)
