"""The JSON gateway against a server that misbehaves, and the choice among gateways."""

from __future__ import annotations

import importlib.util
import socket
import threading
import time
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.domain.errors import GatewayError
from app.gateways.sms import NotTaken, Receipt
from app.gateways.sms.http import HttpGateway, HttpSettings
from app.gateways.sms.outbox import OutboxGateway
from app.gateways.sms.registry import Preferred, choose, make_gateway
from app.gateways.sms.wire import _cut

spec = importlib.util.spec_from_file_location("fault_server", Path(__file__).with_name("fault_server.py"))
faults = importlib.util.module_from_spec(spec)
spec.loader.exec_module(faults)
DAY = date(2026, 11, 24)


@pytest.fixture
def server():
    with faults.fault_server() as running:
        yield running


def gateway(server, **more):
    settings = {"endpoint": f"{server.url}/send?v=1", "query_endpoint": f"{server.url}/query", "timeout": 0.5}
    return HttpGateway(HttpSettings(**{**settings, **more}))


def send(chosen, reference="m-1"):
    return chosen.send(reference, "13800000000", "【站】您好", "received", {"receipt_no": "TS1"})


def trouble(chosen, call=send):
    with pytest.raises(GatewayError) as caught:
        call(chosen)
    assert "13800000000" not in str(caught.value)
    return caught.value


def test_a_message_is_handed_over(server):
    assert send(gateway(server, token="t0ken", headers={"X-App": "7"})) == Receipt("A1")
    ((headers, body),) = server.seen
    assert headers["authorization"] == "Bearer t0ken"
    assert headers["x-app"] == "7"
    assert body == {
        "reference": "m-1",
        "phone": "13800000000",
        "text": "【站】您好",
        "template_code": "received",
        "values": {"receipt_no": "TS1"},
    }


def test_a_gateway_without_numbers_of_its_own(server):
    server.mode = (200, {"code": "OK"})
    assert send(gateway(server)) == Receipt("")
    assert "authorization" not in server.seen[0][0]
    server.mode = (200, {"code": "OK", "id": "9" * 100})
    assert send(gateway(server)) == Receipt("9" * 64)


@pytest.mark.parametrize(
    ("code", "kind", "permanent"),
    [
        ("invalid_phone", GatewayError, True),
        ("template_refused", GatewayError, True),
        ("busy", NotTaken, False),
        ("no_balance", NotTaken, False),
        ("E999", GatewayError, False),
        (None, GatewayError, False),
        ({"a": 1}, GatewayError, False),
    ],
)
def test_codes_in_the_answer(server, code, kind, permanent):
    server.mode = (200, {"code": code})
    error = trouble(gateway(server))
    assert (type(error), error.permanent) == (kind, permanent)


def test_own_codes_come_over_the_usual_ones(server):
    server.mode = (200, {"code": "1", "id": 5})
    assert send(gateway(server, codes={"1": "ok", "0": "permanent"})) == Receipt("5")
    server.mode = (200, {"code": 0})
    assert trouble(gateway(server, codes={"0": "permanent"})).permanent


@pytest.mark.parametrize(
    ("status", "kind", "permanent"),
    [
        (302, NotTaken, False),
        (401, NotTaken, False),
        (404, NotTaken, False),
        (429, NotTaken, False),
        (400, GatewayError, True),
        (422, GatewayError, True),
        (204, GatewayError, False),
        (409, GatewayError, False),
        (500, GatewayError, False),
        (502, GatewayError, False),
        (503, GatewayError, False),
    ],
)
def test_statuses(server, status, kind, permanent):
    server.mode = (status, {"code": 0, "id": "A1"}, f"Location: {server.url}/elsewhere")
    error = trouble(gateway(server))
    assert (type(error), error.permanent, len(server.seen)) == (kind, permanent, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>OK</body></html>",
        b"",
        b"\xff\xfe",
        b"[]",
        b"0",
        b'{"code": 0',
        b"[" * 60_000,
        b" " * 70_000,
    ],
)
def test_answers_that_are_no_json_object_leave_the_fate_unknown(server, content):
    server.mode = (200, content)
    error = trouble(gateway(server))
    assert (type(error), error.permanent) == (GatewayError, False)


@pytest.mark.parametrize("mode", ["silent", "drip", "reset", "hang_up", "half", "nonsense"])
def test_a_conversation_that_breaks_off_leaves_the_fate_unknown(server, mode):
    server.mode = mode
    started = time.monotonic()
    error = trouble(gateway(server))
    assert (type(error), error.permanent, len(server.seen)) == (GatewayError, False, 1)
    assert time.monotonic() - started < 3


def closed_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "a..b"])
def test_a_server_that_is_not_there_has_not_taken_it(host):
    refused = HttpGateway(HttpSettings(endpoint=f"http://{host}:{closed_port()}/", timeout=0.5))
    assert isinstance(trouble(refused), NotTaken)


def test_a_server_without_tls_has_not_taken_it(server):
    endpoint = server.url.replace("http:", "https:")
    assert isinstance(trouble(HttpGateway(HttpSettings(endpoint=endpoint, timeout=0.5))), NotTaken)
    assert server.seen == []


def test_no_thread_is_left_waiting(server):
    send(gateway(server, timeout=30))
    for watch in [each for each in threading.enumerate() if isinstance(each, threading.Timer)]:
        watch.join(1)
        assert not watch.is_alive()


def test_cutting_a_conversation_that_has_ended():
    ended = socket.socket()
    ended.close()
    _cut(ended)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"code": 0, "status": "sent"}, "sent"),
        ({"code": 0, "status": "absent"}, "absent"),
        ({"code": 0, "status": "queued"}, "unknown"),
        ({"code": 0}, "unknown"),
        ({"code": "busy", "status": "absent"}, "unknown"),
    ],
)
def test_asking_for_the_fate(server, answer, state):
    server.mode = (200, answer)
    assert gateway(server).query("m-1", "13800000000", DAY) == state
    assert server.seen[0][1] == {"reference": "m-1", "phone": "13800000000", "day": "2026-11-24"}


def test_a_gateway_that_cannot_be_asked(server):
    assert gateway(server, query_endpoint="").query("m-1", "13800000000", DAY) == "unknown"
    server.mode = "reset"
    assert not trouble(gateway(server), lambda asked: asked.query("m-1", "13800000000", DAY)).permanent


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": ""},
        {"endpoint": "ftp://host/"},
        {"endpoint": "http:///path"},
        {"endpoint": "http://host:x/"},
        {"endpoint": "http://host/a b"},
        {"endpoint": "http://host/路"},
        {"endpoint": "http://host/", "query_endpoint": "nowhere"},
        {"endpoint": "http://host/", "token": "a\r\nX: 1"},
        {"endpoint": "http://host/", "headers": {"X-A": "é"}},
    ],
)
def test_settings_that_cannot_be_used(wrong):
    with pytest.raises(ValueError, match=r"gateway|[Pp]ort"):
        HttpSettings(**wrong)


def test_secrets_do_not_show():
    assert "t0ken" not in repr(HttpSettings(endpoint="http://host/", token="t0ken", headers={"X": "t0ken"}))


def project(tmp_path, **more):
    usual = {
        "data": tmp_path,
        "sms_http_url": "http://host/",
        "sms_http_query_url": "",
        "sms_http_token": "t",
        "sms_http_timeout": 3,
    }
    return SimpleNamespace(**{**usual, **more})


def test_one_gateway_by_name(tmp_path):
    outbox = make_gateway("outbox", project(tmp_path, sms_http_url=""))
    assert isinstance(outbox, OutboxGateway)
    assert outbox.folder == tmp_path / "outbox"
    chosen = make_gateway(["http"], project(tmp_path, sms_http_query_url="http://host/q"))
    assert isinstance(chosen, HttpGateway)
    assert (chosen.settings.timeout, chosen.settings.query_endpoint) == (3, "http://host/q")
    assert make_gateway("outbox,outbox", project(tmp_path)).name == "outbox"


@pytest.mark.parametrize("name", ["aliyun", "", "outbox,,http", "Outbox"])
def test_a_name_that_is_not_known(tmp_path, name):
    with pytest.raises(ValueError, match=r"HUIYIN_SMS takes outbox, http"):
        make_gateway(name, project(tmp_path))


def test_http_needs_an_address(tmp_path):
    with pytest.raises(ValueError, match="needs its address"):
        make_gateway("http", project(tmp_path, sms_http_url=""))


def test_a_message_stays_with_the_gateway_that_claimed_it(tmp_path):
    several = make_gateway("http, outbox", project(tmp_path))
    assert several.name == "http,outbox"
    assert choose(several, None).name == "http"
    assert choose(several, "outbox").name == "outbox"
    several.rest("http")
    assert choose(several, None).name == "outbox"
    assert choose(several, "http").name == "http"
    several.rest("outbox")
    assert choose(several, None).name == "http"


def test_one_gateway_chooses_itself(tmp_path):
    single = make_gateway("outbox", project(tmp_path))
    assert choose(single, None) is choose(single, "outbox") is single


def test_a_gateway_that_is_gone(tmp_path):
    for names in ("outbox", "outbox,http"):
        with pytest.raises(GatewayError, match="not set up any more") as caught:
            choose(make_gateway(names, project(tmp_path)), "aliyun")
        assert not caught.value.permanent


def test_several_gateways_send_once(server, tmp_path):
    outbox = OutboxGateway(tmp_path)
    several = Preferred([gateway(server), outbox])
    assert send(several) == Receipt("A1")
    server.mode = (500, {})
    assert type(trouble(several)) is GatewayError
    assert several.resting == set()
    assert list(tmp_path.iterdir()) == []


def test_a_gateway_that_is_not_there_rests(tmp_path):
    away = HttpGateway(HttpSettings(endpoint=f"http://127.0.0.1:{closed_port()}/", timeout=0.5))
    several = Preferred([away, OutboxGateway(tmp_path)])
    assert isinstance(trouble(several), NotTaken)
    assert send(several, "m-2") == Receipt("m-2.json")
    assert several.query("m-2", "13800000000", DAY) == "sent"
    assert several.query("m-1", "13800000000", DAY) == "unknown"


def test_absent_only_when_no_gateway_may_have_it(server, tmp_path):
    server.mode = (200, {"code": 0, "status": "absent"})
    several = Preferred([gateway(server), OutboxGateway(tmp_path)])
    assert several.query("m-1", "13800000000", DAY) == "absent"
