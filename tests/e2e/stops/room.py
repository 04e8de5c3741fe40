"""What the room writes: on the phone, on the wall, and for its moderators."""

from tests.e2e.stops import STEP, Stop

FACTS = """
import uuid
from django.utils import timezone
from participation import actors
from participation.models import Municipality
from polls import tickets
from polls.models import LiveSession
from polls.services import contributions, seats, sessions
from polls.services.contributions import Words
now = timezone.now()
actor = actors.system(Municipality.objects.get(slug="menden"))
room = sessions.create_session(actor=actor, title="Der Saal fragt", now=now)
LiveSession.objects.filter(pk=room.pk).update(qa="after", cards=True, reactions=True)
sessions.start_session(actor=actor, code=room.code, now=now)
for kind, text, consent in (
    ("question", "Warum fährt abends kein Bus mehr?", False),
    ("question", "Was kostet der neue Spielplatz?", False),
    ("card", "Mehr Bänke am Markt", True),
    ("card", "Weniger Lärm", False),
):
    seat = tickets.seat_of(seats.take_seat(code=room.code, now=now), room.code)
    contributions.contribute(
        code=room.code, seat=seat, words=Words(uuid.uuid4(), kind, text, consent), now=now
    )
facts["hall"] = room.code
"""
STOPS = [
    Stop("live_room", "/live/{hall}/saal/"),
    Stop("live_vote", "/live/{hall}/"),
    Stop("live_wall", "/live/{hall}/wand/"),
    Stop("live_results", "/live/{hall}/ergebnisse/"),
    Stop("desk_live_room", "/menden/verwaltung/live/{hall}/saal/", who="staff"),
    Stop("desk_live_room", "/menden/verwaltung/live/{hall}/saal/?status=shown", who="staff"),
    Stop("desk_live_run", "/menden/verwaltung/live/{hall}/", who="staff"),
]
EXCEPTIONS = {"desk_live_room_step": STEP}
