"""attachments: evidence of cases, and uploads that wait for their case

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

KINDS = (
    "3gp",
    "amr",
    "bmp",
    "doc",
    "docx",
    "gif",
    "heic",
    "jpeg",
    "m4a",
    "mov",
    "mp3",
    "mp4",
    "ofd",
    "pdf",
    "png",
    "ppt",
    "pptx",
    "txt",
    "wav",
    "webp",
    "xls",
    "xlsx",
    "zip",
)


def _one_of(table: str, column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in sorted(values))
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}_known"))


def _file(table: str) -> list[sa.SchemaItem]:
    return [
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("storage_key", sa.String(64), nullable=False),
        sa.Column("name_sealed", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("listing_sealed", sa.Text(), nullable=True),
        sa.Column("is_scanned", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(24), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uid", sa.String(36), nullable=False),
        _one_of(table, "kind", KINDS),
        _one_of(table, "source", ("client", "complainant", "officer")),
    ]


def _keys(table: str) -> list[sa.SchemaItem]:
    return [
        sa.ForeignKeyConstraint(["uploaded_by_id"], ["ab_user.id"], name=op.f(f"fk_{table}_uploaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in ("storage_key", "token_hash", "uid")),
    ]


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        *_file("uploads"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("uploads"),
    )
    op.create_index(op.f("ix_uploads_expires_at"), "uploads", ["expires_at"])
    op.create_table(
        "attachments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        *_file("attachments"),
        sa.Column("thumbnail", sa.String(24), nullable=False),
        sa.Column("thumbnail_key", sa.String(64), nullable=True),
        _one_of("attachments", "thumbnail", ("failed", "made", "none", "waiting")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_attachments_case_id")),
        *_keys("attachments"),
    )
    op.create_index(op.f("ix_attachments_case_id"), "attachments", ["case_id"])
    op.create_index(op.f("ix_attachments_thumbnail"), "attachments", ["thumbnail"])


def downgrade() -> None:
    """Back: the rows go; the files stay in the storage, and nobody can tell whose they are."""
    op.drop_table("attachments")
    op.drop_table("uploads")
