from django.urls import path

from frontend.pages import (
    desk_live,
    desk_live_questions,
    desk_record,
    desk_room,
    desk_stage,
    joint,
    live,
    live_player,
    live_record,
    live_room,
)

public_urlpatterns = [
    path("live/", live.join, name="live_join"),
    path("live/gemeinsam/<str:code>/", joint.results, name="live_joint"),
    path("live/gemeinsam/<str:code>/wand/", joint.wall, name="live_joint_wall"),
    path("live/gemeinsam/<str:code>/stand/", joint.state, name="live_joint_state"),
    path("live/karte/<str:box>.svg", live.ground, name="live_ground"),
    path("live/<str:code>/", live.vote, name="live_vote"),
    path("live/<str:code>/wand/", live.wall, name="live_wall"),
    path("live/<str:code>/ergebnisse/", live.results, name="live_results"),
    path(
        "live/<str:code>/ergebnisse.<str:kind>", live_record.results_file, name="live_results_file"
    ),
    path("live/<str:code>/protokoll/", live_record.newest, name="live_record_newest"),
    path("live/<str:code>/protokoll/<str:sha>/", live_record.record, name="live_record"),
    path(
        "live/<str:code>/protokoll/<str:sha>/ergebnis.json",
        live_record.record_file,
        name="live_record_file",
    ),
    path("live/<str:code>/einbetten/", live_record.embed, name="live_embed"),
    path("live/<str:code>/stand/", live.state, name="live_state"),
    path("live/<str:code>/spitzname/", live_player.nickname, name="live_nickname"),
    path("live/<str:code>/saal/", live_room.room, name="live_room"),
    path("live/<str:code>/qr.svg", live.qr, name="live_qr"),
]

desk_urlpatterns = [
    path("live/", desk_live.sessions, name="desk_live"),
    path("live/gemeinsam/", joint.joint_questions, name="desk_joint_list"),
    path("live/gemeinsam/<str:code>/", joint.joint_question, name="desk_joint"),
    path("live/gemeinsam/<str:code>/schritt/", joint.step, name="desk_joint_step"),
    path("live/vorlagen/", desk_stage.templates, name="desk_live_templates"),
    path("live/<str:code>/", desk_live.run, name="desk_live_run"),
    path("live/<str:code>/einstellungen/", desk_stage.settings, name="desk_live_settings"),
    path("live/<str:code>/kopie/", desk_stage.copy, name="desk_live_copy"),
    path("live/<str:code>/loeschen/", desk_stage.remove, name="desk_live_remove"),
    path("live/<str:code>/schritt/", desk_live.step, name="desk_live_step"),
    path("live/<str:code>/frage/", desk_live.question, name="desk_live_question"),
    path("live/<str:code>/frage/neu/", desk_live_questions.new, name="desk_live_question_new"),
    path(
        "live/<str:code>/frage/<int:pk>/",
        desk_live_questions.edit,
        name="desk_live_question_edit",
    ),
    path(
        "live/<str:code>/frage/<int:pk>/entfernen/",
        desk_live_questions.remove,
        name="desk_live_question_remove",
    ),
    path("live/<str:code>/ergebnis/", desk_record.result, name="desk_live_result"),
    path("live/<str:code>/ergebnis/berechtigte/", desk_record.eligible, name="desk_live_eligible"),
    path("live/<str:code>/ergebnis/folgen/", desk_record.outcome, name="desk_live_outcome"),
    path("live/<str:code>/ergebnis/berichtigen/", desk_record.correct, name="desk_live_correct"),
    path(
        "live/<str:code>/ergebnis/auszaehlung/<int:round_id>/",
        desk_record.count,
        name="desk_live_count",
    ),
    path(
        "live/<str:code>/ergebnis/gegenzeichnen/",
        desk_record.countersign,
        name="desk_live_countersign",
    ),
    path(
        "live/<str:code>/ergebnis/zurueckziehen/", desk_record.withdraw, name="desk_live_withdraw"
    ),
    path("live/<str:code>/saal/", desk_room.room, name="desk_live_room"),
    path("live/<str:code>/saal/schritt/", desk_room.step, name="desk_live_room_step"),
    path("live/<str:code>/codes/", desk_live.codes, name="desk_live_codes"),
]

urlpatterns = [
    *public_urlpatterns,
    *(
        path(f"<slug:slug>/verwaltung/{row.pattern}", row.callback, name=row.name)
        for row in desk_urlpatterns
    ),
]
