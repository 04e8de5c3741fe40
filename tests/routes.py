"""What each route of the site addresses, for the tests of isolation: the tables to add to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from tests.towns import Town

# Read from start to end: the first prefix that fits says why the route belongs to no town's staff.
PUBLIC = {
    "": "the network's home page",
    "healthz": "the process is alive",
    "readyz": "the database, the layer and the queue are in order",
    "impressum/": "the network's imprint",
    "datenschutz/": "the network's privacy notice",
    "barrierefreiheit/": "the network's accessibility statement",
    "leichte-sprache/": "the network in plain language",
    "gebaerdensprache/": "the network in sign language",
    "sprache/setlang/": "the reader's own language",
    "konto/": "the reader's own account",
    "demo/": "only in the demo, which has no real people",
    "api/v1/schema/": "the API's description",
    "api/v1/docs/": "the API's description",
    "api/v1/municipalities/": "all municipalities, public",
    "api/v1/municipalities/<slug:municipality>/": "all municipalities, public",
    "netzwerk/zahlen/": "the network's sums, for its coordinator alone",
    "netzwerk/zahlen.xlsx": "the network's sums, for its coordinator alone",
    "api/v1/figures/": "the network's sums, for its coordinator alone",
    "api/v1/records/<str:sha256>/": "a published result, named by its own content",
    "api/v1/slots/": "the public programme of all towns",
    "angebote/": "the public programme of all towns",
    "angebote/plaetze/": "free seats of public dates",
    "^media/(?P<folder>workshops|live)/(?P<name>[0-9a-f]{40}\\.jpg)$": "named by its own content",
    "^api/": "what no view answers",
    "live/karte/<str:box>.svg": "drawn from our own outlines, for any box",
    "live/": "where people type a code",
    "live/gemeinsam/<str:code>/": "what every town in it shows in public",
    "live/gemeinsam/<str:code>/wand/": "what every town in it shows in public",
    "live/gemeinsam/<str:code>/stand/": "what every town in it shows in public",
    "api/v1/joint/<str:code>/": "what every town in it shows in public",
}
BY_SECRET = {
    "buchung/": "the booking's own secret is in the address",
    "warteliste/": "the entry's own secret is in the address",
    "t/<str:secret>/": "the ticket's own secret",
    "bescheinigung/": "signed by us, out of a certificate's QR code",
    "api/v1/certificates/": "signed by us, out of a certificate's QR code",
    "rueckmeldung/": "the link of the mail after a date, of one booking",
    "api/v1/feedback/": "the token of the mail after a date, of one booking",
    "idee/": "a signed link out of a mail",
    "geraet/": "the device's own pairing secret",
    "einladung/": "the invitation's own secret",
    "stand/": "the stand's own token, out of its QR code",
    "api/v1/stands/": "the stand's own token, out of its QR code",
    "api/v1/tickets/<str:secret>/": "the ticket's own secret",
    "api/v1/devices/pair/": "the device's own pairing secret is in the body",
    "api/v1/bookings/confirm/": "the booking's own secret is in the body",
    "api/v1/bookings/<str:code>/email/": "the hold's own secret is in the body",
    "api/v1/bookings/<str:code>/resend/": "says and shows nothing; the mail goes to its owner",
    "api/v1/ideas/confirm/": "a signed link out of a mail",
}
READS_NO_ROW = {
    "<slug:slug>/ideen/<str:reference>/eingereicht/": "thanks, whatever the reference",
}
# A live session's code is shown to everyone in the hall: it opens the vote, not the steering.
LIVE_FOR_ALL = (
    "live/<str:code>/",
    "api/v1/live/<str:code>/",
    "api/v1/live/<str:code>/seats/",
    "api/v1/live/<str:code>/seats/account/",
    "api/v1/live/<str:code>/records/",
    "api/v1/live/<str:code>/results.csv",
    "api/v1/live/<str:code>/results.xlsx",
    "api/v1/live/<str:code>/results.pdf",
    "api/v1/live/<str:code>/ballots/",
    "api/v1/live/<str:code>/contributions/",
    "api/v1/live/<str:code>/contributions/<uuid:contribution_id>/upvote/",
    "api/v1/live/<str:code>/reactions/",
    "api/v1/live/<str:code>/results/",
    "api/v1/live/<str:code>/player/",
)
STAFF_ONLY = ("<slug:slug>/verwaltung/", "<slug:slug>/einlass/", "/inbox/")
# Our own files, which the door's worker fetches before anybody has logged in.
APP_FILES = ("<slug:slug>/einlass/app.webmanifest", "<slug:slug>/einlass/sw.js")
# The one route that is a regular expression.
MONTH_PATTERN = (
    "^(?P<slug>[-a-zA-Z0-9_]+)/angebote/kalender/(?P<year>[0-9]{4})-(?P<month>[0-9]{2})/$"
)
NOT_THE_SITE = ("verwaltung/technik/", "_")  # Django's admin: superusers only


@dataclass(frozen=True)
class Route:
    pattern: str
    view: Any

    @property
    def parameters(self) -> list[str]:
        if self.pattern == MONTH_PATTERN:
            return ["slug"]
        parts = self.pattern.split("<")[1:]
        return [part.partition(">")[0].rpartition(":")[2] for part in parts]

    @property
    def methods(self) -> list[str]:
        """A REST view says which; a page is read and posted to."""
        api = getattr(self.view, "view_class", None) or getattr(self.view, "cls", None)
        names = ("get", "post", "put", "patch", "delete")
        return [name for name in names if hasattr(api, name)] if api else ["get", "post"]

    def path(self, slug: str, town: Town) -> str:
        path = f"/{self.pattern}"
        path = path.replace(MONTH_PATTERN, f"{slug}/angebote/kalender/2026-11/")
        for parameter in self.parameters:
            value = slug if parameter == "slug" else town.name_in(self.pattern, parameter)
            if "<" not in path:
                break
            start, end = path.index("<"), path.index(">")
            path = f"{path[:start]}{value}{path[end + 1 :]}"
        return path


def every_route() -> Iterator[Route]:
    def walk(rows: Any, prefix: str) -> Iterator[Route]:
        for row in rows:
            if isinstance(row, URLResolver):
                yield from walk(row.url_patterns, f"{prefix}{row.pattern}")
            elif isinstance(row, URLPattern):
                yield Route(f"{prefix}{row.pattern}", row.callback)

    for route in walk(get_resolver().url_patterns, ""):
        if not route.pattern.startswith(NOT_THE_SITE):
            yield route


def kind_of(route: Route, town: Town) -> str:
    """`public`, `secret`, `live`, `lists` (only the town is named), `rows`, or `unknown`."""
    pattern = route.pattern
    if pattern in PUBLIC or pattern.startswith(("konto/", "^konto/", "demo/")):
        return "public"
    if any(pattern.startswith(start) for start in BY_SECRET):
        return "secret"
    if pattern.startswith(("live/<str:code>/", "api/v1/live/<str:code>/")):
        return "live"
    rows = [name for name in route.parameters if name != "slug"]
    if not rows:
        return "lists" if "slug" in route.parameters else "unknown"
    known = all(town.name_in(pattern, name) is not None for name in rows)
    return "rows" if known else "unknown"


def routes_of(kind: str, town: Town) -> list[Route]:
    return [route for route in every_route() if kind_of(route, town) == kind]


def body_for(town: Town) -> dict[str, Any]:
    """Something valid for every view, so that an answer is about the row and not the body."""
    return {
        "title": "Titel",
        "text": "Ein Text.",
        "theme": "kultur",
        "name": "Kim",
        "email": "kim@example.org",
        "party_size": 1,
        "priority": 0,
        "subject": "Betreff",
        "min_party": 1,
        "starts_at": "2030-01-01T10:00:00+01:00",
        "ends_at": "2030-01-01T12:00:00+01:00",
        "capacity": 12,
        "rrule": "FREQ=WEEKLY;COUNT=2",
        "address": "Am Markt 1",
        "postal_code": "58706",
        "city": "Menden",
        "secret": "ABCDEF",
        "client_uuid": str(uuid4()),
        "kind": "entry",
        "scans": [{"secret": "ABCDEF", "client_uuid": str(uuid4())}],
        "to": "in_review",
        "version": 1,
        "reason": "Ein Grund.",
        "word": "Bäume",
        "response": "Eine Antwort.",
        "municipality": town.municipality.slug,
        "town": town.municipality.slug,
        "into": town.idea.reference,
        "other": town.idea.reference,
        "department": "Bauamt",
        "type": "yes_no",
        "count": 1,
        "amount": 1,
        "visible": True,
        "direction": "up",
        "shared": True,
        "seconds": 10,
        "round": town.round.pk,
        "contribution": str(uuid4()),
    }
