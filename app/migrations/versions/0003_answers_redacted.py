"""Answers to a matter's fields as units read them, beside the originals

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Cases from before have none: their numbers are hidden where they are read."""
    op.add_column("cases", sa.Column("form_redacted", sa.JSON(), nullable=True, comment="answers as units read them"))


def downgrade() -> None:
    """Back."""
    op.drop_column("cases", "form_redacted")
