from django.urls import path, re_path

from frontend.pages import (
    bookings,
    desk_venues,
    desk_workshops,
    door,
    door_app,
    own_bookings,
    workshops,
)

MONTH = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})"

OWN = "buchung/<str:code>/<str:token>/"

private_urlpatterns = [
    path("buchung/bestaetigen/<str:token>/", bookings.confirm, name="booking_confirm"),
    path(OWN, own_bookings.manage, name="booking_manage"),
    path(f"{OWN}aendern/", own_bookings.change, name="booking_change"),
    path(f"{OWN}termin/", own_bookings.move, name="booking_move"),
    path(f"{OWN}stornieren/", own_bookings.cancel, name="booking_cancel"),
    path(f"{OWN}termin.ics", own_bookings.booking_ics, name="booking_ics"),
    path("warteliste/<str:token>/", bookings.wait_entry, name="wait_entry"),
    path("t/<str:secret>/", bookings.ticket, name="ticket"),
]

public_urlpatterns = [
    path("<slug:slug>/angebote/", workshops.programme, name="programme"),
    re_path(
        rf"^(?P<slug>[-a-zA-Z0-9_]+)/angebote/kalender/{MONTH}/$",
        workshops.month,
        name="programme_month",
    ),
    path("<slug:slug>/angebote/<int:pk>/", workshops.workshop, name="workshop"),
    path("<slug:slug>/termine/<int:pk>/termin.ics", workshops.slot_ics, name="slot_ics"),
    path("<slug:slug>/termine/<int:pk>/buchen/", bookings.book, name="book"),
    path("<slug:slug>/termine/<int:pk>/gebucht/", bookings.held, name="booking_held"),
    path("<slug:slug>/termine/<int:pk>/gebucht/link/", bookings.resend, name="booking_resend"),
    path(
        "<slug:slug>/termine/<int:pk>/gebucht/adresse/",
        bookings.correct_email,
        name="booking_correct",
    ),
    path("<slug:slug>/termine/<int:pk>/warteliste/", bookings.wait, name="wait"),
    path("<slug:slug>/termine/<int:pk>/wartend/", bookings.waiting, name="waiting"),
    path("<slug:slug>/einlass/", door.slots, name="door"),
    path("<slug:slug>/einlass/app.webmanifest", door_app.manifest, name="door_manifest"),
    path("<slug:slug>/einlass/sw.js", door_app.worker, name="door_worker"),
    path("<slug:slug>/einlass/<int:pk>/", door.slot, name="door_slot"),
    path("<slug:slug>/einlass/<int:pk>/ohne-buchung/", door.walk_in, name="door_walk_in"),
]

desk_urlpatterns = [
    path("angebote/", desk_workshops.programme, name="desk_programme"),
    path("angebote/neu/", desk_workshops.new_workshop, name="desk_workshop_new"),
    path("angebote/<int:pk>/", desk_workshops.workshop, name="desk_workshop"),
    path("angebote/<int:pk>/aendern/", desk_workshops.edit_workshop, name="desk_workshop_edit"),
    path("angebote/<int:pk>/schritt/", desk_workshops.workshop_step, name="desk_workshop_step"),
    path("angebote/<int:pk>/termine/neu/", desk_workshops.new_slot, name="desk_slot_new"),
    path("termine/<int:pk>/aendern/", desk_workshops.edit_slot, name="desk_slot_edit"),
    path("orte/", desk_venues.venues, name="desk_venues"),
    path("orte/neu/", desk_venues.new_venue, name="desk_venue_new"),
    path("orte/<int:pk>/", desk_venues.venue, name="desk_venue"),
    path("orte/<int:pk>/raeume/", desk_venues.new_room, name="desk_room_new"),
]

urlpatterns = [
    *private_urlpatterns,
    *public_urlpatterns,
    *(
        path(f"<slug:slug>/verwaltung/{row.pattern}", row.callback, name=row.name)
        for row in desk_urlpatterns
    ),
]
