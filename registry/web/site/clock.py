"""The one place where the site reads the clock; tests set :data:`FIXED` to stop it."""

from datetime import UTC, datetime

FIXED: datetime | None = None


def now() -> datetime:
    """Return the present moment, UTC."""
    return FIXED or datetime.now(UTC)
