"""What is read of the ground floor. Every query of a tenant's rows takes an `Actor`."""

from participation.queries.municipalities import (
    accessions,
    active_municipality,
    municipalities,
    municipality_by_slug,
    theme_by_slug,
    themes,
)

__all__ = [
    "accessions",
    "active_municipality",
    "municipalities",
    "municipality_by_slug",
    "theme_by_slug",
    "themes",
]
