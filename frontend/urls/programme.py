from django.urls import path, re_path

from frontend.pages import (
    desk_copies,
    desk_series,
    desk_venues,
    feeds,
    media,
    network_programme,
    workshops,
)

DESK = "<slug:slug>/verwaltung/"
OFFER = f"{DESK}angebote/<int:pk>/"
SERIES = f"{DESK}terminreihen/<int:pk>/"

urlpatterns = [
    path("angebote/", network_programme.programme, name="network_programme"),
    path("angebote/plaetze/", network_programme.seats, name="seats"),
    path("<slug:slug>/angebote/woche/", workshops.week, name="programme_week"),
    path("<slug:slug>/angebote.ics", feeds.town, name="town_feed"),
    path("<slug:slug>/angebote/<int:pk>/termine.ics", feeds.workshop, name="workshop_feed"),
    path("<slug:slug>/orte/<int:pk>/", workshops.venue, name="venue"),
    path("<slug:slug>/orte/<int:pk>/termine.ics", feeds.venue, name="venue_feed"),
    re_path(
        r"^media/(?P<folder>workshops|live)/(?P<name>[0-9a-f]{40}\.jpg)$",
        media.picture,
        name="picture",
    ),
    path(f"{OFFER}vorschau/", desk_copies.preview, name="desk_preview"),
    path(f"{OFFER}kopie/", desk_copies.copy, name="desk_copy"),
    path(f"{OFFER}bild/", desk_copies.image, name="desk_image"),
    path(f"{DESK}vorlagen/", desk_copies.templates, name="desk_templates"),
    path(f"{DESK}vorlagen/<int:pk>/", desk_copies.template_step, name="desk_template_step"),
    path(f"{OFFER}terminreihe/neu/", desk_series.new_series, name="desk_series_new"),
    path(f"{DESK}raeume/<int:pk>/", desk_venues.room, name="desk_room"),
    path(SERIES, desk_series.series, name="desk_series"),
    path(f"{SERIES}schritt/", desk_series.series_step, name="desk_series_step"),
]
