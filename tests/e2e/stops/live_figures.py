"""Results of every type, on the wall, the phone, the page and the facilitator's remote."""

from tests.e2e.stops import Stop

FACTS = """
import random
from frontend.demo import live_types
from polls.models import LiveSession
from polls.services import players, questions, rounds, sessions
from polls.services.wording import Wording

def shown(wording, *, again=False):
    evening = sessions.create_session(
        actor=menden, title="Rundgang " + wording.type, visibility="after_close", now=now
    )
    if wording.type == "quiz":
        sessions.change_settings(
            actor=menden, code=evening.code, changes={"leaderboard": True}, now=now
        )
    question = questions.add_question(actor=menden, code=evening.code, wording=wording)
    sessions.start_session(actor=menden, code=evening.code, now=now)
    round_id = question.rounds.get().pk
    at = {"actor": menden, "code": evening.code, "round_id": round_id, "now": now}
    rounds.open_round(**at)
    room = [live_types.seat_in(evening, now) for _number in range(36)]
    if wording.type == "quiz":
        players.choose_nickname(code=evening.code, seat=room[0], nickname="Bo", now=now)
    if wording.type == "pin":
        pins = [(seat, {"pin": [n * 20, n * 25]}) for n, seat in enumerate(room)]
        live_types.cast(evening, round_id, pins, now)
    else:
        live_types.vote(evening, question, round_id, room, random.Random(1), now)
    rounds.close_round(**at)
    if again:
        live_types.once_more(evening, question, room, now)
    return evening.code

for wording in live_types.ASKED:
    facts[f"shown_{wording.type}"] = shown(wording, again=wording.type == "yes_no")
facts["shown_pin"] = shown(
    Wording("pin", "Wo fehlt eine Bank?", config={"on": "map", "box": [7.7, 51.38, 7.88, 51.5]})
)
listed = facts["listed"] = shown(live_types.ASKED[6])
rounds.set_focus(actor=menden, code=listed, round_id=None, now=now)
facts["every_type"] = LiveSession.objects.get(title=live_types.TITLE).code
"""
TYPES = ("scale", "words", "ranking", "rating", "points", "number", "quiz", "yes_no", "pin")
STOPS = [
    *(Stop("live_wall", f"/live/{{shown_{kind}}}/wand/", who=f"shown_{kind}") for kind in TYPES),
    *(Stop("live_vote", f"/live/{{shown_{kind}}}/", who=f"shown_{kind}") for kind in TYPES),
    Stop("live_wall", "/live/{listed}/wand/", who="listed"),
    Stop("live_results", "/live/{every_type}/ergebnisse/", who="every_type"),
    Stop("live_nickname", "/live/{shown_quiz}/spitzname/"),
    Stop("live_nickname", "/live/{shown_quiz}/spitzname/", send="Mitspielen", status=422),
    Stop("live_nickname", "/live/{every_type}/spitzname/", who="late"),
    Stop("desk_live_run", "/menden/verwaltung/live/{shown_words}/", who="staff"),
    Stop("desk_live_run", "/menden/verwaltung/live/{shown_quiz}/", who="staff"),
]
