"""What a case keeps of the configuration it was filed under."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models.matter import FormVersion
from app.operations.books import MatterFacts


def form_version_id(matter: MatterFacts, hash_: str, at: datetime) -> int:
    """Row id of the matter's fields as they are now; a new row only when they were never seen before."""
    query = select(FormVersion).where(FormVersion.matter_id == matter.id, FormVersion.hash == hash_)
    version = db.session.scalar(query)
    if version is None:
        version = FormVersion(matter_id=matter.id, hash=hash_, fields=matter.fields, created_at=at)
        db.session.add(version)
        db.session.flush()
    found: int = version.id
    return found
