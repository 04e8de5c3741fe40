"""The programme: its views, places, series, templates, pictures, and all towns together."""

from tests.e2e.stops import DATA, STEP, Stop

FACTS = """
from workshops.models import Room, Series, Workshop
event = Workshop.objects.get(title__startswith="Fachtagung", is_template=False)
series = Series.objects.get(workshop__title="Digitale Sprechstunde")
facts["event"] = event.pk
facts["part"] = event.parts.order_by("pk").first().pk
facts["place"] = event.venue_id
facts["room"] = Room.objects.filter(venue=event.venue_id).order_by("pk").first().pk
facts["series"] = series.pk
facts["of_series"] = series.slots.order_by("-series_date").first().pk
facts["monday"] = str(series.first_date)
"""

STOPS = [
    Stop("network_programme", "/angebote/"),
    Stop("network_programme", "/angebote/?nahe=59494", who="neighbour"),
    Stop("network_programme", "/angebote/?nahe=Timbuktu", who="traveller", status=422),
    Stop("programme_week", "/menden/angebote/woche/?ab={monday}"),
    Stop("programme_week", "/menden/angebote/woche/?ab=2090-01-02", who="early"),
    Stop("workshop", "/menden/angebote/{event}/", who="attendee"),
    Stop("workshop", "/menden/angebote/{part}/", who="visitor"),
    Stop("venue", "/menden/orte/{place}/"),
    *(
        Stop(route, f"/menden/verwaltung/{path}", who="staff", send=send, status=status)
        for route, path, send, status in (
            ("desk_preview", "angebote/{event}/vorschau/", "", 200),
            ("desk_image", "angebote/{event}/bild/", "", 200),
            ("desk_image", "angebote/{event}/bild/", "Bild speichern", 422),
            ("desk_templates", "vorlagen/", "", 200),
            ("desk_series_new", "angebote/{event}/terminreihe/neu/", "", 200),
            ("desk_series_new", "angebote/{event}/terminreihe/neu/", "Termine ansehen", 422),
            ("desk_series", "terminreihen/{series}/", "", 200),
            ("desk_series_step", "terminreihen/{series}/", "Absagen …", 422),
            ("desk_slot_edit", "termine/{of_series}/aendern/", "", 200),
            ("desk_room", "raeume/{room}/", "", 200),
        )
    ),
]

EXCEPTIONS = {
    **dict.fromkeys(["desk_copy", "desk_template_step"], STEP),
    **dict.fromkeys(["seats", "town_feed", "workshop_feed", "venue_feed", "picture"], DATA),
}
