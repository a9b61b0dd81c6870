"""connected systems: keys, scopes, quotas, calls; deliveries of personal data; unmaskings

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCOPES = "cases:file cases:read cases:act figures:read configuration:read configuration:write"


def _new() -> tuple[sa.Column, ...]:
    return (
        sa.Column("scopes", sa.String(length=200), nullable=True, comment="separated by spaces; empty: nothing"),
        sa.Column("networks", sa.String(length=1000), nullable=True, comment="CIDR, separated by spaces; empty: any"),
        sa.Column("per_minute", sa.Integer(), nullable=True, comment="calls; empty: the default"),
        sa.Column("per_day", sa.Integer(), nullable=True, comment="calls; empty: the default"),
    )


def upgrade() -> None:
    """Forward: clients of before keep their keys and may do what their role may."""
    held = op.get_bind().execute(sa.text("SELECT id, key_hash, created_at FROM api_clients WHERE key_hash IS NOT NULL"))
    rows = [dict(row) for row in held.mappings()]
    with op.batch_alter_table("api_clients") as table:
        table.drop_constraint("uq_api_clients_key_hash", type_="unique")
        table.drop_column("key_hash")
        for column in _new():
            table.add_column(column)
    op.execute(sa.text("UPDATE api_clients SET scopes = :scopes").bindparams(scopes=SCOPES))
    op.create_table(
        "client_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("hint", sa.String(length=12), nullable=False, comment="the key's first characters"),
        sa.Column("key_hash", sa.String(length=64), nullable=False, comment="keyed hash"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True, comment="ends by itself"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="ended by hand"),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True, comment="to the minute"),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_client_keys_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_client_keys_key_hash")),
    )
    op.create_index(op.f("ix_client_keys_client_id"), "client_keys", ["client_id"], unique=False)
    for row in rows:
        op.execute(
            sa.text(
                "INSERT INTO client_keys (client_id, hint, key_hash, created_at) VALUES (:id, '?', :key_hash, :created_at)"
            ).bindparams(**row)
        )
    op.create_table(
        "client_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("hour_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            *("rule", sa.String(length=160)),
            nullable=False,
            comment="method and route rule, never an address with its ids",
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("refused_count", sa.Integer(), nullable=False, comment="4xx but 429"),
        sa.Column("throttled_count", sa.Integer(), nullable=False, comment="429"),
        sa.Column("failed_count", sa.Integer(), nullable=False, comment="5xx"),
        *(
            sa.Column(f"ms_{bound}", sa.Integer(), nullable=False)
            for bound in (5, 10, 25, 50, 100, 250, 500, 1000, 2500, "more")
        ),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_client_calls_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_calls")),
        sa.UniqueConstraint("client_id", "hour_at", "rule", name=op.f("uq_client_calls_client_id_hour_at_rule")),
    )
    op.create_index(op.f("ix_client_calls_hour_at"), "client_calls", ["hour_at"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=True, comment="none: signed in with a password"),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rule", sa.String(length=160), nullable=False),
        sa.Column("case_count", sa.Integer(), nullable=False),
        sa.Column(
            "case_ids", sa.Text(), nullable=False, comment="ids, each between spaces, so that one can be searched"
        ),
        sa.Column("fields", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["api_clients.id"], name=op.f("fk_deliveries_client_id")),
        sa.ForeignKeyConstraint(["key_id"], ["client_keys.id"], name=op.f("fk_deliveries_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_client", "deliveries", ["client_id", "delivered_at"], unique=False)
    op.create_index(op.f("ix_deliveries_delivered_at"), "deliveries", ["delivered_at"], unique=False)
    op.create_table(
        "unmaskings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("unmasked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("field", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.CheckConstraint("field IN ('name', 'phone')", name=op.f("ck_unmaskings_field_known")),
        sa.CheckConstraint(
            "reason IN ('call_back', 'other', 'serve', 'transfer', 'verify')",
            name=op.f("ck_unmaskings_reason_known"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_unmaskings_case_id")),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_unmaskings_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmaskings")),
    )
    op.create_index(op.f("ix_unmaskings_case_id"), "unmaskings", ["case_id"], unique=False)
    op.create_index(op.f("ix_unmaskings_unmasked_at"), "unmaskings", ["unmasked_at"], unique=False)
    op.create_index("ix_unmaskings_user", "unmaskings", ["user_id", "unmasked_at"], unique=False)


def downgrade() -> None:
    """Back: keys are lost, as one client has several."""
    for table in ("unmaskings", "deliveries", "client_calls", "client_keys"):
        op.drop_table(table)
    with op.batch_alter_table("api_clients") as table:
        for column in _new():
            table.drop_column(column.name)
        table.add_column(sa.Column("key_hash", sa.String(length=64), nullable=True))
        table.create_unique_constraint("uq_api_clients_key_hash", ["key_hash"])
