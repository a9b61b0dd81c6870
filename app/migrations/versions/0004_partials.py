"""files that come in pieces

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "partials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("opener_hash", sa.String(length=64), nullable=False, comment="keyed hash of who began it"),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes of the whole file"),
        sa.Column("received", sa.Integer(), nullable=False, comment="bytes that are there"),
        sa.Column("pieces", sa.Text(), nullable=False, comment="their storage keys in order, by spaces"),
        sa.Column("result_sealed", sa.Text(), nullable=True, comment="once whole: its upload, JSON"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False, comment="UUID that sealed columns are bound to"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partials")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_partials_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_partials_uid")),
    )
    op.create_index(op.f("ix_partials_opener_hash"), "partials", ["opener_hash"], unique=False)
    op.create_index(op.f("ix_partials_expires_at"), "partials", ["expires_at"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table("partials")
