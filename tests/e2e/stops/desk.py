"""What staff and the door see."""

from tests.e2e.stops import DATA, STEP, Stop

DESK = [
    Stop(route, f"/menden/verwaltung/{path}", who="staff", send=send, status=status)
    for route, path, send, status in (
        ("desk", "", "", 200),
        ("desk_programme", "angebote/", "", 200),
        ("desk_workshop_new", "angebote/neu/", "", 200),
        ("desk_workshop_new", "angebote/neu/", "Angebot anlegen", 422),
        ("desk_workshop", "angebote/{workshop}/", "", 200),
        ("desk_slot_new", "angebote/{workshop}/termine/neu/", "", 200),
        ("desk_slot_new", "angebote/{workshop}/termine/neu/", "Als Entwurf anlegen", 422),
        ("desk_workshop_edit", "angebote/{workshop}/aendern/", "", 200),
        ("desk_slot_edit", "termine/{slot}/aendern/", "", 200),
        ("desk_venues", "orte/", "", 200),
        ("desk_venue_new", "orte/neu/", "", 200),
        ("desk_venue", "orte/{venue}/", "", 200),
        ("desk_slot", "termine/{slot}/", "", 200),
        ("desk_book", "termine/{slot}/buchen/", "", 200),
        ("desk_book", "termine/{slot}/buchen/", "Buchen und Tickets", 422),
        ("desk_booking", "buchungen/{code}/", "", 200),
        ("desk_cancel", "buchungen/{code}/stornieren/", "", 200),
        ("desk_live", "live/", "", 200),
        ("desk_live", "live/", "Live-Runde anlegen", 422),
        ("desk_live_run", "live/{live}/", "", 200),
        ("desk_team", "team/", "", 200),
        ("desk_team", "team/", "Einladung senden", 422),
        ("desk_team_end", "team/{membership}/beenden/", "", 200),
        ("desk_live_question_edit", "live/{live}/frage/{question}/", "", 200),
        ("desk_live_question_new", "live/{live}/frage/neu/", "", 200),
        ("desk_live_question_new", "live/{live}/frage/neu/?type=quiz", "Frage hinzufügen", 422),
        ("desk_live_question_new", "live/{live}/frage/neu/?type=rating", "", 200),
        ("inbox", "ideen/", "", 200),
        ("inbox", "ideen/?suche=nichts+davon", "", 200),
        ("inbox_idea", "ideen/{submitted}/", "", 200),
        ("inbox_idea", "ideen/{published}/", "", 200),
        ("inbox_note", "ideen/{published}/", "Notiz speichern", 422),
    )
]
DOOR = [
    Stop("door", "/menden/einlass/", who="staff"),
    Stop("door_slot", "/menden/einlass/{tonight}/", who="staff"),
    Stop("idea", "/menden/ideen/{published}/", who="staff"),
]
STOPS = [*DESK, *DOOR]

EXCEPTIONS = {
    **dict.fromkeys(
        [
            "inbox_step",
            "inbox_response",
            "inbox_assign",
            "inbox_merge",
            "inbox_transfer",
            "inbox_answer_transfer",
            "inbox_report",
            "inbox_sign",
            "inbox_ask_to_sign",
            "idea_comment",
            "desk_live_step",
            "desk_live_question",
            "desk_live_question_remove",
            "desk_live_codes",
            "desk_room_new",
            "door_walk_in",
            "desk_workshop_step",
            "desk_slot_step",
            "desk_invitation_withdraw",
            "set_language",
        ],
        STEP,
    ),
    **dict.fromkeys(
        [
            "healthz",
            "readyz",
            "demo_mailbox_json",
            "town_style",
            "slot_ics",
            "booking_ics",
            "live_qr",
            "live_ground",
            "live_state",
            "door_manifest",
            "door_worker",
            "schema",
            "mfa_download_recovery_codes",
        ],
        DATA,
    ),
}
