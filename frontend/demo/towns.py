"""The five pioneers open their pages; each has its colour, claim and contact."""

from dataclasses import dataclass
from datetime import datetime

from participation import queries
from participation.services import municipalities


@dataclass(frozen=True, slots=True)
class Town:
    slug: str
    color: str
    claim: str
    office: str
    address: str


TOWNS = (
    Town(
        "arnsberg",
        "#0b5d8f",
        "Mitreden, mitplanen, mitmachen in Arnsberg.",
        "Stadt Arnsberg, Büro für Zukunft",
        "Rathausplatz 1\n59759 Arnsberg",
    ),
    Town(
        "bad-berleburg",
        "#7a3b69",
        "Unser Dorf, unsere Stadt: Bad Berleburg gestaltet Zukunft.",
        "Stadt Bad Berleburg, Regionalentwicklung",
        "Poststraße 42\n57319 Bad Berleburg",
    ),
    Town(
        "menden",
        "#a8322d",
        "Die Zukunfts.Werk.Stadt: ausprobieren, lernen, mitreden.",
        "Stadt Menden, Zukunfts.Werk.Stadt",
        "Neumarkt 5\n58706 Menden (Sauerland)",
    ),
    Town(
        "olpe",
        "#2b6a4d",
        "Olpe fragt seine Leute: Was braucht unsere Stadt?",
        "Kreisstadt Olpe, Stadtentwicklung",
        "Franziskanerstraße 6\n57462 Olpe",
    ),
    Town(
        "soest",
        "#1f6b3a",
        "Klimaneutrale Smart City: Soest macht es mit Ihnen.",
        "Stadt Soest, Digitales und Klima",
        "Am Vreithof 8\n59494 Soest",
    ),
)


def load(now: datetime) -> None:
    """Open each town, unless a town has changed its texts already."""
    for town in TOWNS:
        municipality = queries.municipality_by_slug(town.slug)
        municipalities.activate_municipality(municipality_id=municipality.pk, now=now)
        if municipality.claim:
            continue
        municipalities.present_municipality(
            municipality_id=municipality.pk,
            brand_color=town.color,
            claim=town.claim,
            contact_name=town.office,
            contact_address=town.address,
            contact_email=f"mitwirken@{town.slug}.example.org",
        )
