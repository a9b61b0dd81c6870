"""The failures carry what a door needs, and print as sentences."""

from __future__ import annotations

import pickle

from app.domain.errors import GatewayError, Invalid, NotFound, Reason, Refused


def test_a_refusal_keeps_its_reasons_in_order() -> None:
    status = Reason("status", "Not possible in status %(status)s.", {"status": "closed"})
    refused = Refused(status, Reason("role", "Your role may not do 100% of this."))
    assert [reason.code for reason in refused.reasons] == ["status", "role"]
    assert str(refused) == "Not possible in status closed.; Your role may not do 100% of this."


def test_invalid_keeps_a_message_for_each_field() -> None:
    fields = {"title": "Give a title."}
    invalid = Invalid(fields)
    fields.clear()
    assert invalid.fields == {"title": "Give a title."}


def test_a_gateway_error_says_whether_to_try_again() -> None:
    assert not GatewayError("Timed out.").permanent
    error = pickle.loads(pickle.dumps(GatewayError("No such number.", permanent=True)))
    assert (str(error), error.message, error.permanent) == ("No such number.", "No such number.", True)


def test_not_found_needs_no_words() -> None:
    assert str(NotFound()) == ""
