"""Municipalities and themes from the project's own data; activation."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from participation import colors
from participation.models import Accession, Municipality, Theme

DATA = Path(__file__).resolve().parent.parent / "data"
POPULATION_SOURCE = "Destatis, GV100AD (Zensus 2022)"
AREA_SOURCE = "Destatis, GV100AD"

THEMES = (
    ("mobilitaet", "Mobilität", "Mobility"),
    ("umwelt-klima", "Umwelt und Klima", "Environment and climate"),
    ("kultur", "Kultur", "Culture"),
    ("tourismus", "Tourismus", "Tourism"),
    ("bildung", "Bildung", "Education"),
    ("teilhabe", "Teilhabe", "Inclusion"),
    ("wirtschaft", "Wirtschaft", "Economy"),
    ("verwaltung", "Verwaltung", "Administration"),
)
# Joined by council resolution besides the framework strategy, or alone (Marsberg).
SCHOOL_AGS = {"05958012", "05958024"}
STRATEGY_EXCEPTIONS = {"05958024"}

PRESENTATION_FIELDS = {
    "brand_color",
    "claim",
    "contact_name",
    "contact_email",
    "contact_phone",
    "contact_address",
    "imprint",
    "privacy",
    "accessibility",
    "plain_language",
    "sign_language_url",
}


@transaction.atomic
def load_municipalities() -> int:
    """Bring all 59 municipalities, their accessions and the shared themes up to date.

    Facts (names, figures, centre) are overwritten; what a town decides itself (state, colour,
    texts) is left alone. Running it again changes nothing. Returns the number of municipalities.
    """
    for position, (slug, name_de, name_en) in enumerate(THEMES):
        Theme.objects.update_or_create(
            municipality=None,
            slug=slug,
            defaults={"name_de": name_de, "name_en": name_en, "position": position},
        )
    count = 0
    for row in _rows():
        municipality, _created = Municipality.objects.update_or_create(
            ags=row["ags"], defaults=_facts(row)
        )
        _load_accessions(municipality, row["membership"])
        count += 1
    return count


def _rows() -> Iterator[dict[str, str]]:
    with (DATA / "municipalities.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _facts(row: dict[str, str]) -> dict[str, object]:
    kind = Municipality.Kind.TOWN if row["kind"] == "Stadt" else Municipality.Kind.MUNICIPALITY
    return {
        "slug": row["slug"],
        "code": row["code"],
        "name": row["name"].partition(" (")[0],
        "official_name": _full_name(row["official_name"], row["kind"]),
        "kind": kind,
        "district": row["district"],
        "population": int(row["population"]),
        "population_date": date.fromisoformat(row["population_date"]),
        "population_source": POPULATION_SOURCE,
        "area_km2": Decimal(row["area_km2"]),
        "area_source": AREA_SOURCE,
        "lat": float(row["lat"]),
        "lon": float(row["lon"]),
        "postal_codes": row["postal_codes"].split(),
        "website": row["website"],
    }


def _full_name(listed: str, kind: str) -> str:
    """As it is said and printed: the register lists "Menden (Sauerland), Stadt"."""
    name, _comma, title = listed.partition(", ")
    return f"{title or kind} {name}"


def _load_accessions(municipality: Municipality, membership: str) -> None:
    if membership in {"pioneer", "member"} and municipality.ags not in STRATEGY_EXCEPTIONS:
        Accession.objects.update_or_create(
            municipality=municipality,
            kind=Accession.Kind.STRATEGY,
            defaults={"partner": Accession.Partner(membership)},
        )
    if municipality.ags in SCHOOL_AGS:
        Accession.objects.get_or_create(municipality=municipality, kind=Accession.Kind.SCHOOL)


@transaction.atomic
def activate_municipality(*, municipality_id: int, now: datetime) -> Municipality:
    """Open a town's pages to the public. Raises Municipality.DoesNotExist."""
    municipality = Municipality.objects.select_for_update().get(pk=municipality_id)
    municipality.state = Municipality.State.ACTIVE
    municipality.save(update_fields=["state"])
    return municipality


@transaction.atomic
def present_municipality(*, municipality_id: int, **texts: str) -> Municipality:
    """Change what a town says of itself: `brand_color`, `claim`, contact and legal texts.

    Raises Municipality.DoesNotExist, InvalidInput for a colour in which nobody could read, and
    TypeError for a field that is not the town's to change.
    """
    if unknown := texts.keys() - PRESENTATION_FIELDS:
        raise TypeError(f"not a town's own: {', '.join(sorted(unknown))}")
    if "brand_color" in texts:
        colors.derive_pair(texts["brand_color"])
    municipality = Municipality.objects.select_for_update().get(pk=municipality_id)
    for name, value in texts.items():
        setattr(municipality, name, value)
    municipality.save(update_fields=sorted(texts))
    return municipality
