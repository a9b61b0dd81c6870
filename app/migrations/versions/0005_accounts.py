"""accounts: passwords that end, sign-ins, second factors

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward. Passwords that are there begin to age today."""
    op.add_column(
        "ab_user",
        sa.Column(
            "is_demo",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="no second factor, no first change; counts for nothing in production",
        ),
    )
    op.add_column(
        "ab_user",
        sa.Column(
            "must_change",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="somebody else knows the password",
        ),
    )
    op.add_column("ab_user", sa.Column("password_set_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "ab_user",
        sa.Column(
            "stamp",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="goes up when what was signed in before shall end",
        ),
    )
    op.execute("UPDATE ab_user SET password_set_at = CURRENT_TIMESTAMP")
    op.create_table(
        "old_passwords",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_old_passwords_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_passwords")),
    )
    op.create_index(op.f("ix_old_passwords_user_id"), "old_passwords", ["user_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="real time"),
        sa.Column("stamp", sa.Integer(), nullable=False, comment="that of the account when it signed in"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="real time, to the minute"),
        sa.Column("address", sa.String(length=64), nullable=False, comment="masked"),
        sa.Column("browser", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_sign_ins_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_sign_ins_key_hash")),
    )
    op.create_index(op.f("ix_sign_ins_user_id"), "sign_ins", ["user_id"], unique=False)
    op.create_index(op.f("ix_sign_ins_started_at"), "sign_ins", ["started_at"], unique=False)
    op.create_table(
        "second_factors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("secret_sealed", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False, comment="the latest half minute whose code was used"),
        sa.Column("uid", sa.String(length=36), nullable=False, comment="UUID that sealed columns are bound to"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_second_factors_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factors")),
        sa.UniqueConstraint("uid", name=op.f("uq_second_factors_uid")),
        sa.UniqueConstraint("user_id", name=op.f("uq_second_factors_user_id")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_recovery_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_codes_code_hash")),
    )
    op.create_index(op.f("ix_recovery_codes_user_id"), "recovery_codes", ["user_id"], unique=False)


def downgrade() -> None:
    """Back."""
    for table in ("recovery_codes", "second_factors", "sign_ins", "old_passwords"):
        op.drop_table(table)
    for column in ("stamp", "password_set_at", "must_change", "is_demo"):
        op.drop_column("ab_user", column)
