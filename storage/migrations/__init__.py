"""Alembic migrations, oldest first under versions/."""
