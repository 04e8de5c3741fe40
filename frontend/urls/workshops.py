from django.urls import path, re_path

from frontend.pages import bookings, desk_venues, desk_workshops, door, workshops

MONTH = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})"

private_urlpatterns = [
    path("buchung/bestaetigen/<str:token>/", bookings.confirm, name="booking_confirm"),
    path("buchung/<str:code>/<str:token>/", bookings.manage, name="booking_manage"),
    path("buchung/<str:code>/<str:token>/stornieren/", bookings.cancel, name="booking_cancel"),
    path("buchung/<str:code>/<str:token>/termin.ics", bookings.booking_ics, name="booking_ics"),
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
    path("<slug:slug>/termine/<int:pk>/warteliste/", bookings.wait, name="wait"),
    path("<slug:slug>/termine/<int:pk>/wartend/", bookings.waiting, name="waiting"),
    path("<slug:slug>/einlass/", door.slots, name="door"),
    path("<slug:slug>/einlass/<int:pk>/", door.slot, name="door_slot"),
    path("<slug:slug>/einlass/<int:pk>/ohne-buchung/", door.walk_in, name="door_walk_in"),
    path("<slug:slug>/einlass/<int:pk>/stand/", door.counts, name="door_counts"),
    path("<slug:slug>/einlass/<int:pk>/buchung/<str:code>/", door.booking, name="door_booking"),
]

desk_urlpatterns = [
    path("angebote/", desk_workshops.programme, name="desk_programme"),
    path("angebote/neu/", desk_workshops.new_workshop, name="desk_workshop_new"),
    path("angebote/<int:pk>/", desk_workshops.workshop, name="desk_workshop"),
    path("angebote/<int:pk>/aendern/", desk_workshops.edit_workshop, name="desk_workshop_edit"),
    path("angebote/<int:pk>/schritt/", desk_workshops.workshop_step, name="desk_workshop_step"),
    path("angebote/<int:pk>/termine/neu/", desk_workshops.new_slot, name="desk_slot_new"),
    path("termine/<int:pk>/", desk_workshops.slot, name="desk_slot"),
    path("termine/<int:pk>/schritt/", desk_workshops.slot_step, name="desk_slot_step"),
    path("termine/<int:pk>/aendern/", desk_workshops.edit_slot, name="desk_slot_edit"),
    path("termine/<int:pk>/buchen/", desk_workshops.book, name="desk_book"),
    path("orte/", desk_venues.venues, name="desk_venues"),
    path("orte/neu/", desk_venues.new_venue, name="desk_venue_new"),
    path("orte/<int:pk>/", desk_venues.venue, name="desk_venue"),
    path("orte/<int:pk>/raeume/", desk_venues.new_room, name="desk_room_new"),
    path("buchungen/<str:code>/", desk_workshops.booking, name="desk_booking"),
    path("buchungen/<str:code>/stornieren/", desk_workshops.cancel_booking, name="desk_cancel"),
]

urlpatterns = [
    *private_urlpatterns,
    *public_urlpatterns,
    *(
        path(f"<slug:slug>/verwaltung/{row.pattern}", row.callback, name=row.name)
        for row in desk_urlpatterns
    ),
]
