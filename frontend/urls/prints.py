"""What leads to paper and back from it, and what is asked afterwards."""

from django.urls import path

from frontend.pages import feedback, prints

BOOKING = "buchung/<str:code>/<str:token>/druck/"
DESK = "<slug:slug>/verwaltung/"

urlpatterns = [
    path(f"{BOOKING}tickets/", prints.booking_tickets, name="print_tickets"),
    path(f"{BOOKING}bescheinigung/", prints.booking_certificates, name="print_own_certificates"),
    path("t/<str:secret>/druck/", prints.ticket, name="print_ticket"),
    path("bescheinigung/<str:token>/", prints.certificate, name="certificate"),
    path("rueckmeldung/<str:token>/", feedback.give, name="feedback"),
    path("<slug:slug>/angebote/druck/", prints.leaflet, name="print_programme"),
    path(f"{DESK}termine/<int:pk>/druck/", prints.slot, name="desk_slot_prints"),
    path(f"{DESK}termine/<int:pk>/druck/schild/", prints.door_sign, name="print_door_sign"),
    path(f"{DESK}termine/<int:pk>/druck/namensschilder/", prints.badges, name="print_badges"),
    path(
        f"{DESK}termine/<int:pk>/druck/bescheinigungen/",
        prints.certificates,
        name="print_certificates",
    ),
    path(f"{DESK}termine/<int:pk>/rueckmeldungen/", feedback.results, name="desk_feedback"),
    path(
        f"{DESK}termine/<int:pk>/rueckmeldungen/<int:feedback_id>/entfernen/",
        feedback.erase_text,
        name="desk_feedback_text",
    ),
    path(f"{DESK}buchungen/<str:code>/druck/", prints.desk_tickets, name="desk_print_tickets"),
    path(f"{DESK}buchungen/<str:code>/druck/blatt/", prints.desk_sheet, name="desk_print_sheet"),
    path(
        f"{DESK}offene-tage/<int:pk>/druck/schilder/", prints.stand_signs, name="print_stand_signs"
    ),
    path(f"{DESK}offene-tage/<int:pk>/druck/karten/", prints.stand_cards, name="print_stand_cards"),
]
