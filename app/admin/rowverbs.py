"""What may be done with each case of a list, and how long its limit still runs: asked once for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from markupsafe import Markup

from app.admin.who import may, me
from app.domain.lifecycle import VERBS, CaseFacts, Status, Verb, why_not
from app.extensions import clock
from app.fab.badges import time_left
from app.fab.lists import RowVerb
from app.operations import worklists
from app.resources.words import VERB

ICONS: Mapping[str, str] = {
    "classify": "category",
    "accept": "check",
    "reject": "ban",
    "assign": "send",
    "sign_for": "clipboard-check",
    "report": "report-analytics",
    "follow_up": "phone",
    "close": "circle-check",
    "rework": "refresh",
    "remind": "bell",
    "escalate": "arrow-up",
    "request_supplement": "help-circle",
    "supplement": "file-text",
    "transfer": "arrow-forward-up",
    "return": "arrow-back-up",
    "designate": "building",
    "handle_directly": "tool",
    "withdraw": "hand-stop",
    "improve": "tool",
}


class CaseRows:
    """Mix into the view of cases."""

    def row_verbs(self, rows: Sequence[Any]) -> dict[int, Sequence[RowVerb]]:
        """The verbs of each case, those that bring it on first. What only the case itself tells, its page says."""
        actor = me()
        shares = worklists.shares([row.id for row in rows], actor)
        known: dict[Any, list[Verb]] = {}
        found: dict[int, Sequence[RowVerb]] = {}
        for row in rows:
            facts = (row.status, *shares.get(row.id, (None, False)))
            if facts not in known:
                known[facts] = _possible(*facts)
            found[row.id] = [_row_verb(verb, row.id) for verb in known[facts]]
        return found

    def notes_of(self, rows: Sequence[Any]) -> dict[int, dict[str, Markup]]:
        """How long the first limit that concerns the reader still runs, beside the status."""
        due, now = worklists.first_due([row.id for row in rows], me()), clock.now()
        return {case_id: {"status": time_left(due_at, now)} for case_id, due_at in due.items()}


def _possible(status: str, share: Any, is_lead: bool) -> list[Verb]:
    facts = CaseFacts(Status(status), has_follow_up=True, own_share=share, own_share_is_lead=is_lead, may_return=True)
    verbs = [verb for verb in VERBS.values() if verb.is_button and not why_not(verb, facts, me())]
    verbs = [verb for verb in verbs if may(f"can_{verb.name}")]
    return sorted(verbs, key=lambda verb: verb.moves[facts.status] == facts.status and verb.name != "sign_for")


def _row_verb(verb: Verb, case_id: int) -> RowVerb:
    address = url_for("CaseworkView.do", case_id=case_id, verb=verb.name)
    return RowVerb(VERB[verb.name], address, ICONS.get(verb.name, "point"))
