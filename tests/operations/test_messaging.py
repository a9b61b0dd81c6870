"""Sending: exactly once, whatever the gateway does and whoever dies."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.domain.access import SYSTEM
from app.domain.errors import GatewayError
from app.extensions import db
from app.gateways.sms import NotTaken, Receipt
from app.models.message import Message
from app.models.scope import acting, acting_on
from app.operations import messaging
from tests.factories import NOW, file, later

pytestmark = pytest.mark.usefixtures("db")


class Gateway:
    """Takes messages, or fails as told."""

    name = "test"

    def __init__(self, *failures):
        self.failures, self.taken, self.asked = list(failures), [], []
        self.knows = None

    def send(self, reference, phone, text, template_code, values):
        failure = self.failures.pop(0) if self.failures else None
        if failure:
            raise failure
        self.taken.append((reference, phone, text))
        return Receipt(f"g{len(self.taken)}")

    def query(self, reference, phone, day):
        self.asked.append(reference)
        return self.knows or ("sent" if reference in [r for r, _, _ in self.taken] else "absent")


def drain(gateway, now=NOW, real=NOW):
    db.session.remove()
    with acting(SYSTEM):
        counts = messaging.drain(gateway, now, lambda: real)
    db.session.remove()
    return counts


def states():
    with acting(SYSTEM):
        return Counter((m.status, m.reason) for m in db.session.scalars(select(Message)))


def test_each_message_goes_out_once():
    for _ in range(3):
        file()
    gateway = Gateway()
    with acting(SYSTEM):
        assert messaging.waiting_count(NOW, NOW) == 3
    assert drain(gateway) == Counter({"sent": 3})
    assert drain(gateway) == Counter()
    assert {phone for _, phone, _ in gateway.taken} == {"13812341234"}
    assert all(text.startswith("【") for _, _, text in gateway.taken)


def test_quiet_hours_are_kept():
    night = NOW.replace(hour=15)  # 23:00 in China
    file(night)
    assert drain(Gateway(), night) == Counter()
    assert drain(Gateway(), night + timedelta(hours=10)) == Counter({"sent": 1})


def test_a_passing_fault_is_tried_again_after_asking():
    file()
    gateway = Gateway(GatewayError("slow"))
    assert drain(gateway) == Counter({"queued": 1})
    assert drain(gateway) == Counter()
    assert drain(gateway, later(1)) == Counter({"sent": 1})
    assert len(gateway.asked) == 1


def test_what_was_surely_not_taken_is_free_for_any_gateway():
    file()
    gateway = Gateway(NotTaken("refused connection"))
    drain(gateway)
    with acting(SYSTEM):
        assert db.session.scalars(select(Message.gateway)).one() is None
    assert drain(gateway, later(1)) == Counter({"sent": 1})
    assert gateway.asked == []


def test_a_permanent_fault_ends_it():
    file()
    assert drain(Gateway(GatewayError("bad number", permanent=True))) == Counter({"failed": 1})
    assert states() == {("failed", "bad number"): 1}


def test_after_too_many_attempts_it_fails_loudly():
    file()
    with acting(SYSTEM), acting_on():
        db.session.execute(update(Message).values(attempts=messaging.MAX_ATTEMPTS))
        db.session.commit()
    assert drain(Gateway(GatewayError("slow"))) == Counter({"failed": 1})


def test_killed_after_sending_it_is_asked_about_and_not_sent_again():
    file()
    gateway = Gateway()
    with acting(SYSTEM):
        [message] = messaging.claim(NOW, NOW)
        assert messaging.attempt(message, gateway).status == "sent"
    assert drain(gateway) == Counter()  # the lease still runs
    assert drain(gateway, NOW, later(1)) == Counter({"sent": 1})
    assert len(gateway.taken) == 1
    with acting(SYSTEM):
        assert messaging.record(message, messaging.Outcome("sent"), NOW) is False  # fenced


def test_killed_before_sending_it_is_sent_after_the_lease():
    file()
    gateway = Gateway()
    with acting(SYSTEM):
        messaging.claim(NOW, NOW)
    assert drain(gateway, NOW, later(1)) == Counter({"sent": 1})


def test_unknown_to_the_gateway_stays_unknown():
    file()
    gateway = Gateway(GatewayError("cut off"))
    drain(gateway)
    gateway.knows = "unknown"
    assert drain(gateway, later(1)) == Counter({"unknown": 1})
    assert gateway.taken == []
    assert drain(gateway, later(2)) == Counter()


def test_a_message_whose_gateway_is_gone_waits():
    file()
    with acting(SYSTEM), acting_on():
        db.session.execute(update(Message).values(gateway="another"))
        db.session.commit()
    assert drain(Gateway()) == Counter({"queued": 1})


def test_what_does_not_open_is_not_sent():
    file()
    with acting(SYSTEM), acting_on():
        db.session.execute(update(Message).values(phone_sealed="k1.AAAA"))
        db.session.commit()
    assert drain(Gateway()) == Counter({"failed": 1})
    assert states() == {("failed", "unreadable"): 1}


def test_an_outcome_without_its_claim_is_not_written(monkeypatch):
    file()
    monkeypatch.setattr(messaging, "record", lambda *_: False)
    assert drain(Gateway()) == Counter({"fenced": 1})


def test_told_to_stop_it_ends_after_the_message_it_is_at_and_gives_the_others_back():
    for _ in range(3):
        file()
    gateway = Gateway()
    send = gateway.send

    def stop_then_send(*arguments):
        messaging.stopping.set()
        return send(*arguments)

    gateway.send = stop_then_send
    try:
        assert drain(gateway) == Counter({"sent": 1})
        assert drain(gateway) == Counter()
    finally:
        messaging.stopping.clear()
    with acting(SYSTEM):
        waiting = list(db.session.scalars(select(Message).where(Message.status == "queued")))
        assert [(each.attempts, each.claim_token, each.lease_until) for each in waiting] == [(0, None, None)] * 2
    assert drain(gateway) == Counter({"sent": 1})
    messaging.stopping.clear()
    assert drain(gateway) == Counter({"sent": 1})
    messaging.stopping.clear()
    assert len({reference for reference, _, _ in gateway.taken}) == 3
