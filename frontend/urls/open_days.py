from django.urls import path

from frontend.pages import desk_figures, desk_open_days, open_days

DESK = "<slug:slug>/verwaltung/"

urlpatterns = [
    path("stand/zaehler.js", open_days.counter_worker, name="counter_worker"),
    path("stand/<str:token>/", open_days.counter, name="counter"),
    path("netzwerk/zahlen/", desk_figures.network_figures, name="network_figures"),
    path("netzwerk/zahlen.xlsx", desk_figures.network_figures_xlsx, name="network_figures_xlsx"),
    path("<slug:slug>/offene-tage/<int:pk>/", open_days.open_day, name="open_day"),
    path("<slug:slug>/offene-tage/<int:pk>/bild/", open_days.picture, name="open_day_picture"),
    path("<slug:slug>/offene-tage/<int:pk>/wand/", open_days.wall, name="open_day_wall"),
    path("<slug:slug>/offene-tage/<int:pk>/tag.ics", open_days.open_day_ics, name="open_day_ics"),
    path(f"{DESK}offene-tage/", desk_open_days.open_days, name="desk_open_days"),
    path(f"{DESK}offene-tage/neu/", desk_open_days.new_open_day, name="desk_open_day_new"),
    path(f"{DESK}offene-tage/<int:pk>/", desk_open_days.open_day, name="desk_open_day"),
    path(
        f"{DESK}offene-tage/<int:pk>/aendern/",
        desk_open_days.edit_open_day,
        name="desk_open_day_edit",
    ),
    path(
        f"{DESK}offene-tage/<int:pk>/schritt/",
        desk_open_days.open_day_step,
        name="desk_open_day_step",
    ),
    path(f"{DESK}offene-tage/<int:pk>/codes/", desk_open_days.codes, name="desk_open_day_codes"),
    path(
        f"{DESK}offene-tage/<int:pk>/zaehlung.xlsx",
        desk_open_days.export,
        {"form": "xlsx"},
        name="desk_open_day_xlsx",
    ),
    path(
        f"{DESK}offene-tage/<int:pk>/zaehlung.csv",
        desk_open_days.export,
        {"form": "csv"},
        name="desk_open_day_csv",
    ),
    path(f"{DESK}offene-tage/staende/<int:pk>/", desk_open_days.stand, name="desk_stand"),
    path(
        f"{DESK}offene-tage/staende/<int:pk>/schritt/",
        desk_open_days.stand_step,
        name="desk_stand_step",
    ),
    path(
        f"{DESK}offene-tage/staende/<int:pk>/strichliste/",
        desk_open_days.stand_tally,
        name="desk_stand_tally",
    ),
    path(f"{DESK}zahlen/", desk_figures.town_figures, name="desk_figures"),
    path(f"{DESK}zahlen.xlsx", desk_figures.town_figures_xlsx, name="desk_figures_xlsx"),
]
