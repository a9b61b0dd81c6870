"""clamd by its own protocol, against a stand-in that speaks it."""

from __future__ import annotations

import pytest

from app.domain.errors import GatewayError
from app.gateways.antivirus import Clamd, NoScanner, make_scanner
from tests.gateways.clamd import Stand


@pytest.fixture(params=["unix", "tcp"])
def stand(request, tmp_path):
    with Stand(tmp_path / "s" if request.param == "unix" else None) as stand:
        yield stand


def test_clean_and_infected(stand):
    scanner = make_scanner(stand.address)
    assert scanner.scan([b"x" * 600_000, b"y"]) == "clean"
    assert stand.seen[-1] == b"x" * 600_000 + b"y"
    assert scanner.scan([b"..EIC", b"AR.."]) == "infected"


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: OK and more\0", b"\xff\0"])
def test_no_clear_answer_is_no_clean_file(stand, answer):
    stand.answer = answer
    with pytest.raises(GatewayError, match="no clear answer"):
        Clamd(stand.address).scan([b"x"])


def test_nobody_there(tmp_path):
    for address in (f"unix:{tmp_path}/nothing", "127.0.0.1:1"):
        with pytest.raises(GatewayError, match="cannot be reached"):
            Clamd(address).scan([b"x"])


def test_silence_has_an_end(stand):
    stand.is_silent = True
    with pytest.raises(GatewayError, match="cannot be reached"):
        Clamd(stand.address, timeout=0.2).scan([b"x"])


def test_without_an_address_nothing_is_scanned():
    assert isinstance(make_scanner(""), NoScanner)
    assert make_scanner("").scan([b"x"]) == "unscanned"
