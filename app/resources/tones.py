"""Tones of codes: how a status looks as a badge. A tone is a tint and a shape (`fab/badges.py`); the word stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.lifecycle import AssignmentStatus, Status

Tones = Mapping[Any, str]

STATUS: Tones = {
    Status.PENDING_CLASSIFY: "note",
    Status.PENDING_ACCEPT: "note",
    Status.SUPPLEMENTING: "soon",
    Status.PENDING_DISPATCH: "note",
    Status.PENDING_CONFIRM: "note",
    Status.INVESTIGATING: "violet",
    Status.PENDING_CLOSE: "violet",
    Status.CLOSED: "good",
    Status.NOT_ACCEPTED: "calm",
    Status.WITHDRAWN: "calm",
}
SHARE: Tones = {
    AssignmentStatus.PENDING: "note",
    AssignmentStatus.HANDLING: "violet",
    AssignmentStatus.REPORTED: "good",
    AssignmentStatus.ENDED: "calm",
}
MISSED: Tones = {True: "late"}
IN_USE: Tones = {True: "good", False: "calm"}
MESSAGE: Tones = {
    "queued": "note",
    "claimed": "note",
    "sent": "good",
    "failed": "late",
    "unknown": "soon",
    "suppressed": "calm",
}
SATISFACTION: Tones = {
    "very_satisfied": "good",
    "satisfied": "good",
    "fairly_satisfied": "calm",
    "dissatisfied": "late",
    "very_dissatisfied": "late",
}
CONTENT: Tones = {True: "good", False: "late"}
CHANGE: Tones = {"create": "good", "update": "note", "delete": "late"}
