"""portal: counted tries, codes by text message, drafts

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column(
            "until",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="counted or locked until then; real time",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_attempts_key_hash")),
    )
    op.create_index(op.f("ix_attempts_until"), "attempts", ["until"], unique=False)
    op.create_table(
        "otps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone_index", sa.String(length=64), nullable=False, comment="keyed hash of the phone"),
        sa.Column("purpose", sa.String(length=24), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False, comment="keyed hash of phone, purpose and code"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint("purpose IN ('filing', 'mine')", name=op.f("ck_otps_purpose_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_otps")),
    )
    op.create_index("ix_otps_phone", "otps", ["phone_index", "purpose"], unique=False)
    op.create_index(op.f("ix_otps_expires_at"), "otps", ["expires_at"], unique=False)
    op.create_table(
        "drafts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("body_sealed", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("uid", sa.String(length=36), nullable=False, comment="UUID that sealed columns are bound to"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_drafts_token_hash")),
        sa.UniqueConstraint("uid", name=op.f("uq_drafts_uid")),
    )
    op.create_index(op.f("ix_drafts_expires_at"), "drafts", ["expires_at"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table("drafts")
    op.drop_table("otps")
    op.drop_table("attempts")
