"""Open days, their counters, and the figures."""

from tests.e2e.stops import DATA, STEP, Stop

FACTS = """
from datetime import timedelta
from uuid import uuid4
from workshops.services import open_days, stand_counts
held = open_days.create_open_day(
    actor=menden,
    details=open_days.OpenDayDetails(
        title="Heute offen",
        text="Kommen Sie vorbei.",
        starts_at=now - timedelta(hours=2),
        ends_at=now + timedelta(hours=2),
        venue_id=facts["venue"],
    ),
    state="published",
)
for name in ("3D-Druck", "Virtuelle Mendener Synagoge"):
    stand = open_days.add_stand(
        actor=menden, open_day_id=held.pk, details=open_days.StandDetails(name=name)
    )
    for hours in (0, 1):
        tap = stand_counts.Tap(
            client_uuid=uuid4(), amount=9 - 4 * hours, tapped_at=now - timedelta(hours=hours)
        )
        stand_counts.count_by_token(token=stand.token, tap=tap, now=now)
unseen = open_days.create_open_day(
    actor=menden,
    details=open_days.OpenDayDetails(
        title="Noch ein Entwurf",
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=9, hours=4),
        venue_id=facts["venue"],
    ),
)
early = open_days.add_stand(
    actor=menden, open_day_id=unseen.pk, details=open_days.StandDetails(name="Ideenwand")
)
facts |= {
    "open_day": held.pk, "stand": stand.pk, "counter": stand.token,
    "draft_day": unseen.pk, "early_counter": early.token,
}
"""

DESK = [
    Stop(route, f"/menden/verwaltung/{path}", who="staff", send=send, status=status)
    for route, path, send, status in (
        ("desk_open_days", "offene-tage/", "", 200),
        ("desk_open_day_new", "offene-tage/neu/", "", 200),
        ("desk_open_day_new", "offene-tage/neu/", "Als Entwurf anlegen", 422),
        ("desk_open_day", "offene-tage/{open_day}/", "", 200),
        ("desk_open_day", "offene-tage/{draft_day}/", "", 200),
        ("desk_open_day", "offene-tage/{open_day}/", "Stand hinzufügen", 422),
        ("desk_open_day_edit", "offene-tage/{open_day}/aendern/", "", 200),
        ("desk_open_day_codes", "offene-tage/{open_day}/codes/", "", 200),
        ("desk_stand", "offene-tage/staende/{stand}/", "", 200),
        ("desk_stand_tally", "offene-tage/staende/{stand}/", "Eintragen", 422),
        ("desk_figures", "zahlen/", "", 200),
        ("desk_figures", "zahlen/?nach=month", "", 200),
        ("desk_figures", "zahlen/?von=2015-01-01&bis=2015-12-31", "", 200),
        ("desk_figures", "zahlen/?von=2026-02-01&bis=2026-01-01", "", 422),
    )
]
STOPS = [
    Stop("open_day", "/menden/offene-tage/{open_day}/"),
    Stop("open_day", "/menden/offene-tage/{draft_day}/", who="staff"),
    Stop("open_day_wall", "/menden/offene-tage/{open_day}/wand/"),
    Stop("counter", "/stand/{counter}/"),
    Stop("counter", "/stand/{early_counter}/", who="early"),
    Stop("counter", "/stand/unbekannt/", status=404),
    Stop("network_figures", "/netzwerk/zahlen/", who="coordinator"),
    Stop("network_figures", "/netzwerk/zahlen/", who="staff", status=403),
    *DESK,
]
EXCEPTIONS = {
    **dict.fromkeys(["desk_open_day_step", "desk_stand_step"], STEP),
    **dict.fromkeys(
        [
            "open_day_ics",
            "open_day_picture",
            "counter_worker",
            "desk_open_day_xlsx",
            "desk_open_day_csv",
            "desk_figures_xlsx",
            "network_figures_xlsx",
        ],
        DATA,
    ),
}
