from django.urls import path

from frontend.pages import desk_bookings, desk_slots, desk_waiting, reconfirm

DESK = "<slug:slug>/verwaltung/"
SLOT = f"{DESK}termine/<int:pk>/"
BOOKING = f"{DESK}buchungen/<str:code>/"

urlpatterns = [
    path("buchung/<str:code>/<str:token>/zusage/", reconfirm.reconfirm, name="booking_reconfirm"),
    path(SLOT, desk_slots.slot, name="desk_slot"),
    path(f"{SLOT}schritt/", desk_slots.slot_step, name="desk_slot_step"),
    path(f"{SLOT}absagen/", desk_slots.cancel_slot, name="desk_slot_cancel"),
    path(f"{SLOT}plaetze/", desk_slots.capacity, name="desk_slot_capacity"),
    path(f"{SLOT}nachricht/", desk_slots.message, name="desk_slot_message"),
    path(f"{SLOT}tuerliste/", desk_slots.door_list, name="desk_door_list"),
    path(f"{SLOT}gaeste.xlsx", desk_slots.guest_sheet, {"form": "xlsx"}, name="desk_guests_xlsx"),
    path(f"{SLOT}gaeste.csv", desk_slots.guest_sheet, {"form": "csv"}, name="desk_guests_csv"),
    path(f"{SLOT}warteliste/", desk_waiting.waiting, name="desk_waiting"),
    path(f"{DESK}warteliste/<int:pk>/", desk_waiting.wait_step, name="desk_wait_step"),
    path(f"{SLOT}buchen/", desk_bookings.book, name="desk_book"),
    path(f"{SLOT}gruppe/", desk_bookings.book_group, name="desk_book_group"),
    path(BOOKING, desk_bookings.booking, name="desk_booking"),
    path(f"{BOOKING}drucken/", desk_bookings.booking_print, name="desk_booking_print"),
    path(f"{BOOKING}zusage/", desk_bookings.booking_answer, name="desk_booking_answer"),
    path(f"{BOOKING}stornieren/", desk_bookings.cancel_booking, name="desk_cancel"),
]
