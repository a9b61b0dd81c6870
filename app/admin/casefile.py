"""What the page of a case shows around its columns: verbs sorted, limits as they stand, the timeline with its times."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.admin.traces import facts_in_words, route_in_words
from app.admin.who import may, me
from app.domain.evidence import ACCEPT
from app.domain.lifecycle import Verb
from app.extensions import clock
from app.fab.problems import reason_text
from app.models.event import CaseEvent
from app.operations import attachments, casework, dossier, limits

SHOWN = 4
"""So many verbs have a button of their own; the others are in the menu."""


@dataclass(frozen=True)
class Step:
    """A line of the timeline: the act, how long it took since the one before, and what was recorded."""

    event: CaseEvent
    took: timedelta | None
    recorded: list[tuple[str, str]]


@dataclass
class Buttons:
    """The verbs of a case: allowed, not now (by their reasons), and never for this role."""

    allowed: list[Verb] = field(default_factory=list)
    not_now: dict[str, list[Verb]] = field(default_factory=dict)
    never: list[Verb] = field(default_factory=list)


def buttons(case: Any) -> Buttons:
    """Sort the verbs that have a button by whether they can be done now."""
    sorted_ = Buttons()
    for verb, reasons in casework.verbs_for(case, me(), clock.now()):
        if not verb.is_button:
            continue
        if not may(f"can_{verb.name}") or any(reason.code == "role" for reason in reasons):
            sorted_.never.append(verb)
        elif reasons:
            said = " ".join(reason_text(reason) for reason in reasons)
            sorted_.not_now.setdefault(said, []).append(verb)
        else:
            sorted_.allowed.append(verb)
    return sorted_


def steps(file: dossier.Dossier) -> list[Step]:
    """The timeline, newest first."""
    before, made = None, []
    for event in file.events:
        said = facts_in_words(event.facts, file.names) if file.is_inside else []
        made.append(Step(event, None if before is None else event.happened_at - before, said))
        before = event.happened_at
    return made[::-1]


def around(file: dossier.Dossier) -> dict[str, Any]:
    """All that the template of the page asks for."""
    now = clock.now()
    standing = limits.standings(file.case, now)
    return {
        "now": now,
        "buttons": buttons(file.case),
        "shown": SHOWN,
        "limits": standing,
        "nearest": limits.nearest(file.case, standing),
        "steps": steps(file),
        "route": route_in_words(file.case.route_trace, file.names) if file.is_inside else [],
        "may": may,
        "evidence": attachments.of_case(file.case, me()),
        "accept": ",".join(ACCEPT),
    }
