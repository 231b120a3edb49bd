"""The figures of all bodies of a round together: a draft, then signed; numbered, as each supersedes the one before."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "round_release",
        sa.Column("round", sa.String(40), sa.ForeignKey("round.code"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("opened_sha256", sa.String(64), nullable=False),
        sa.Column("draft", sa.Text),
        sa.Column("jws", sa.Text),
        sa.Column("certified", sa.String(20)),
        sa.Column("reason", sa.Text),
        sa.CheckConstraint("number >= 1", name="ck_round_release_number"),
        sa.CheckConstraint("length(opened_sha256) = 64", name="ck_round_release_sha256"),
        sa.CheckConstraint("(jws IS NULL) = (draft IS NOT NULL)", name="ck_round_release_draft_or_signed"),
        sa.CheckConstraint("(jws IS NULL) = (certified IS NULL)", name="ck_round_release_certified"),
        sa.CheckConstraint(
            "jws IS NULL OR number = 1 OR reason IS NOT NULL", name="ck_round_release_supersedes_with_reason"
        ),
    )
    op.create_index(
        "ux_round_release_one_draft",
        "round_release",
        ["round"],
        unique=True,
        sqlite_where=sa.text("jws IS NULL"),
        postgresql_where=sa.text("jws IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("round_release")
