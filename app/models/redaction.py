"""Title, body and answers of a case as far as the session's actor may read them: replaced where the row is read, once.

`domain/access.py` decides; whoever may not see the original never has it in memory, so that no door can leak it.
The column of the original is never searched by what doors offer: they search the redacted one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm.attributes import set_committed_value

from app.domain.access import Actor, sees_original
from app.domain.redaction import redacted, redacted_form
from app.models.case import Case
from app.models.event import CaseEvent

TEXTS = ("title", "body")
KEPT = (*TEXTS, "form")
SAID = frozenset({"supplement", "withdraw"})


class Policy:
    """HUIYIN_REDACT: `is_always`, or only where a case is confidential or anonymous."""

    is_always = True


policy = Policy()


def reads_original(actor: Actor | None, values: dict[str, Any]) -> bool:
    """Whether an actor reads a case of these column values as it was written; unknown counts as private."""
    if actor is None:
        return False
    return sees_original(
        actor,
        is_confidential=values.get("is_confidential", True) is not False,
        is_anonymous=values.get("is_anonymous", True) is not False,
        is_always=policy.is_always,
    )


def text_outside(case: Case) -> dict[str, str]:
    """Title and body as they leave the centre, in a file for others."""
    private = policy.is_always or case.is_confidential or case.is_anonymous is not False
    return {name: _kept(case.__dict__, name) if private else getattr(case, name) for name in TEXTS}


def _kept(values: dict[str, Any], name: str) -> Any:
    kept = values.get(f"{name}_redacted")
    if kept is not None:
        return kept
    return redacted_form(values[name] or {}) if name == "form" else redacted(values[name])


def needed_for(cls: type, name: str) -> tuple[str, ...]:
    """The columns that a replaced text is worked out from, itself among them; none for what nobody replaces."""
    if issubclass(cls, Case) and name in TEXTS:
        return (name, f"{name}_redacted", "is_confidential", "is_anonymous")
    return ("note", "verb", "facts") if issubclass(cls, CaseEvent) and name == "note" else ()


def replaced(cls: type, name: str, values: dict[str, Any], actor: Actor | None) -> Any:
    """A replaced text read as columns, not as an object: what this actor reads of it."""
    if issubclass(cls, CaseEvent):
        return _note(values, actor)
    return values[name] if values[name] is None or reads_original(actor, values) else _kept(values, name)


def _note(values: dict[str, Any], actor: Actor | None) -> Any:
    if values.get("verb") not in SAID or not values.get("note") or reads_original(actor, {}):
        return values.get("note")
    return (values.get("facts") or {}).get("redacted") or redacted(values["note"])


def _on_load(case: Case, context: Any, *_: Any) -> None:
    values = case.__dict__
    present = [name for name in KEPT if name in values]
    if not present or reads_original(context.session.info.get("actor"), values):
        return
    for name in present:
        set_committed_value(case, name, _kept(values, name))


def _on_event(row: CaseEvent, context: Any, *_: Any) -> None:
    """What a complainant adds or withdraws is told in the note of its event: units read what was kept beside it."""
    values, actor = row.__dict__, context.session.info.get("actor")
    told = _note(values, actor)
    if told is not values.get("note"):
        set_committed_value(row, "note", told)


def install() -> None:
    """Attach to every read of a case and of its events; idempotent."""
    if not event.contains(Case, "load", _on_load):
        event.listen(Case, "load", _on_load)
        event.listen(Case, "refresh", _on_load)
        event.listen(CaseEvent, "load", _on_event)
        event.listen(CaseEvent, "refresh", _on_event)
