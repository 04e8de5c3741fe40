"""What is erased and when: the desk's pages, and a person's own data."""

from django.urls import path

from frontend.pages import desk_retention, own_data

OWN = "buchung/<str:code>/<str:token>/daten"

private_urlpatterns = [
    path(f"{OWN}/", own_data.own_data, name="own_data"),
    path(f"{OWN}/datei.json", own_data.own_data_file, name="own_data_file"),
    path(f"{OWN}/loeschen/", own_data.erase, name="own_data_erase"),
]

DESK = "<slug:slug>/verwaltung/loeschung"

desk_urlpatterns = [
    path(f"{DESK}/", desk_retention.retention_page, name="desk_retention"),
    path(f"{DESK}/probelauf/", desk_retention.dry_run, name="desk_dry_run"),
    path(f"{DESK}/protokolle/", desk_retention.records, name="desk_erasures"),
    path(f"{DESK}/protokolle/<int:pk>/", desk_retention.record, name="desk_erasure"),
    path(
        f"{DESK}/protokolle/<int:pk>/protokoll.pdf",
        desk_retention.record_pdf,
        name="desk_erasure_pdf",
    ),
    path("<slug:slug>/verwaltung/termine/<int:pk>/sperre/", desk_retention.hold, name="desk_hold"),
]

urlpatterns = [*private_urlpatterns, *desk_urlpatterns]
