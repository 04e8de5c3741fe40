from django.urls import path

from frontend.pages import desk_live, live

public_urlpatterns = [
    path("live/", live.join, name="live_join"),
    path("live/<str:code>/", live.vote, name="live_vote"),
    path("live/<str:code>/wand/", live.wall, name="live_wall"),
    path("live/<str:code>/ergebnisse/", live.results, name="live_results"),
    path("live/<str:code>/stand/", live.state, name="live_state"),
    path("live/<str:code>/qr.svg", live.qr, name="live_qr"),
]

desk_urlpatterns = [
    path("live/", desk_live.sessions, name="desk_live"),
    path("live/<str:code>/", desk_live.run, name="desk_live_run"),
    path("live/<str:code>/schritt/", desk_live.step, name="desk_live_step"),
    path("live/<str:code>/frage/", desk_live.question, name="desk_live_question"),
    path(
        "live/<str:code>/frage/<int:pk>/",
        desk_live.edit_question,
        name="desk_live_question_edit",
    ),
    path(
        "live/<str:code>/frage/<int:pk>/entfernen/",
        desk_live.remove_question,
        name="desk_live_question_remove",
    ),
    path("live/<str:code>/codes/", desk_live.codes, name="desk_live_codes"),
]

urlpatterns = [
    *public_urlpatterns,
    *(
        path(f"<slug:slug>/verwaltung/{row.pattern}", row.callback, name=row.name)
        for row in desk_urlpatterns
    ),
]
