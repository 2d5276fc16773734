"""closed conversations in order

Revision ID: 5d1c7f0be2a4
Revises: bac9e1fc1487
"""

from alembic import op

revision = "5d1c7f0be2a4"
down_revision = "bac9e1fc1487"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_conversations_closed", "conversations", ["closed_at"])


def downgrade() -> None:
    op.drop_index("ix_conversations_closed", "conversations")
