"""Evenings that fill a wall: every type of question, with the longest wording and most answers.

`MAKE` is run by the server's shell and prints the code of each evening by its name. `HALLS` names
those with a result; `<name>_asked` is the same question while the vote runs, until `CLOSE` lets
a dozen people vote and closes it.
"""

MAKE = """
import io, json, random, uuid
from django.utils import timezone
from PIL import Image
from frontend.demo import live_types
from participation import actors, queries
from polls.models import Contribution, LiveSession
from polls.services import contributions, joint, players, questions, rounds, sessions
from polls.services.contributions import Words
from polls.services.pictures import Pictures
from polls.services.wording import Wording

now = timezone.now()
towns = ("menden", "soest", "olpe", "arnsberg", "bad-berleburg")
menden, *others = [actors.system(queries.municipality_by_slug(slug)) for slug in towns]
draw = random.Random(7)
codes = {}
SAID = (
    "Die Verwaltung soll gemeinsam mit den Menschen im Quartier bis zum kommenden Frühjahr "
    "prüfen, ob der Wochenmarkt, die Schulwege und die Haltestellen am Bahnhof so umgebaut "
    "werden können, dass alle sicher, barrierefrei und ohne längere Wartezeiten dorthin "
    "gelangen, und sie soll die Kosten offenlegen, bevor der Rat entscheidet; außerdem "
    "wünschen wir uns einen festen Termin für Rückfragen, ein kurzes Protokoll für alle und "
    "eine Antwort auf jede einzelne Frage, auch wenn sie unbequem sein sollte."
)
SHORT = (
    "Bäume", "Bänke", "Brunnen", "Spielplatz", "Radweg", "Bushalt", "Toiletten", "Café",
    "Markthalle", "Licht", "WLAN", "Theater", "Garage", "Kino", "Bücherei",
)
COLOURS = ("#a33", "#3a3", "#33a", "#aa3", "#3aa", "#a3a")

def long(n, at=0):
    return f"{at + 1}. {SAID}"[:n].strip()

def options(n, length):
    return [(f"{SHORT[at % 15]} {at + 1}" if length <= 16 else long(length, at), "")
            for at in range(n)]

def picture(colour, size):
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, "PNG")
    return made.getvalue()

def value(kind, config, ids, at):
    fewer = draw.random() ** 2
    if kind == "scale":
        return {"number": draw.randint(config["min"], config["max"])}
    if kind == "number":
        return {"number": int(config["max"] * draw.betavariate(2, 4))}
    if kind == "words":
        return {"words": [SHORT[int(15 * fewer)], f"Wort aus dem Saal {at:02} lang"]}
    if kind == "rating":
        return {"ratings": {str(pk): draw.randint(config["min"], config["max"]) for pk in ids}}
    if kind == "ranking":
        return {"ranking": draw.sample(ids, config["places"])}
    if kind == "points":
        return {"points": {str(draw.choice(ids)): config["max"]}}
    if kind == "pin":
        return {"pin": [draw.randint(0, 999), draw.choice([20, 300, 320, 980])]}
    if kind == "text":
        return {"text": long(20 + 40 * (at % 12), at)}
    return {"options": [ids[int(len(ids) * fewer)]]}

def evening(title="Abend am Markt", **settings):
    live = sessions.create_session(
        actor=menden, title=title, visibility="after_close", now=now
    )
    LiveSession.objects.filter(pk=live.pk).update(**settings)
    return live

def put(live, wording, pictures=None):
    question = questions.add_question(
        actor=menden, code=live.code, wording=wording, pictures=pictures
    )
    sessions.start_session(actor=menden, code=live.code, now=now)
    round_id = question.rounds.get().pk
    at = {"actor": menden, "code": live.code, "round_id": round_id, "now": now}
    rounds.open_round(**at)
    return question, at

def hall(name, wording, pictures=None, again=False, asked=False, **settings):
    if asked:
        open_ = evening(**settings)
        put(open_, wording, pictures)
        codes[f"{name}_asked"] = open_.code
    live = evening(**settings)
    question, at = put(live, wording, pictures)
    room = [live_types.seat_in(live, now) for _seat in range(15)]
    ids = list(question.options.order_by("position").values_list("pk", flat=True))
    def vote():
        said = [(seat, value(wording.type, question.config, ids, n))
                for n, seat in enumerate(room)]
        live_types.cast(live, at["round_id"], said, now)
    vote()
    rounds.close_round(**at)
    if again:
        at["round_id"] = rounds.again(**at).pk
        rounds.open_round(**at)
        vote()
        rounds.close_round(**at)
    codes[name] = live.code

def talk(name, said, leaders=0, title="Abend am Markt"):
    settings = {"qa": "after", "cards": True, "reactions": True, "leaderboard": bool(leaders)}
    live = evening(title, **settings)
    wording = Wording("quiz", "Wie alt?", options=options(2, 14), config={"right": [1]})
    question, at = put(live, wording)
    right = question.options.order_by("position").first().pk
    room = [live_types.seat_in(live, now) for _seat in range(max(1, leaders))]
    for seat, word in zip(room[:leaders], SHORT):
        nickname = f"Team {word} im Quartier"[:20]
        players.choose_nickname(code=live.code, seat=seat, nickname=nickname, now=now)
    said_ = [(seat, {"options": [right]}) for seat in room]
    live_types.cast(live, at["round_id"], said_, now)
    rounds.close_round(**at)
    rounds.set_focus(actor=menden, code=live.code, round_id=None, now=now)
    for kind, text in said:
        contributions.contribute(
            code=live.code, seat=live_types.seat_in(live, now), now=now,
            words=Words(uuid.uuid4(), kind, text, False),
        )
    codes[name] = live.code

def together(name, question, answers):
    shared = joint.create_joint(
        actor=menden, title=long(160), towns=towns[1:], now=now,
        wording=Wording("single", question, options=answers),
    )
    for town in (menden, *others):
        live = sessions.create_session(
            actor=town, title="Gemeinsam", visibility="live", now=now
        )
        part = joint.join(actor=town, code=shared.code, live_code=live.code, now=now)
        sessions.start_session(actor=town, code=live.code, now=now)
        round_id = part.question.rounds.get().pk
        rounds.open_round(actor=town, code=live.code, round_id=round_id, now=now)
        ids = list(part.question.options.order_by("position").values_list("pk", flat=True))
        seats = [live_types.seat_in(live, now) for _seat in range(9)]
        said = [(seat, value("single", {}, ids, 0)) for seat in seats]
        live_types.cast(live, round_id, said, now)
    codes[name] = shared.code

LONGEST, MOST = long(300), 200
TEN = {"min": 0, "max": 10, "low": long(40), "high": long(40, 1)}
hall("single", Wording("single", "Wohin?", options=options(4, 14)), asked=True)
hall("single_eleven", Wording("single", long(60), options=options(11, 45)),
     again=True, asked=True)
hall("single_longest", Wording("single", LONGEST, options=options(40, MOST)),
     asked=True, title=long(160), kind="rehearsal")
hall("multiple", Wording("multiple", long(100), options=options(20, 60)))
hall("yes_no", Wording("yes_no", LONGEST), again=True)
hall("scale", Wording("scale", LONGEST, config=TEN), asked=True)
hall("rating", Wording("rating", LONGEST, options=options(20, MOST), config=TEN))
hall("ranking", Wording("ranking", LONGEST, options=options(12, MOST)))
hall("points", Wording("points", LONGEST, options=options(20, MOST),
     config={"total": 1000000, "unit": "Euro im Haushalt 27"}))
hall("number", Wording("number", LONGEST, config={"max": 75000, "unit": "Euro"}), asked=True)
hall("number_dense", Wording("number", "Wie alt?", config={"max": 14, "unit": "Jahre"}))
hall("words", Wording("words", LONGEST, config={"max": 5}))
hall("text", Wording("text", LONGEST), asked=True)
Contribution.objects.filter(session__code=codes["text"]).update(state="shown")
hall("quiz", Wording("quiz", LONGEST, options=options(11, MOST), config={"right": [5, 11]}))
for n, length in ((2, 20), (6, 60), (12, MOST)):
    shots = {at: picture(COLOURS[at % 6], (800, 400 + 10 * at)) for at in range(n)}
    hall(f"image_{n}", Wording("image", long(80 * n)[:300], options=options(n, length)),
         pictures=Pictures(options=shots))
hall("pin_map", Wording("pin", "Wo fehlt eine Bank?",
     config={"on": "map", "box": [7.55, 51.3, 8.05, 51.62]}))
hall("pin_image", Wording("pin", LONGEST, image_alt="Plan", config={"on": "image"}),
     pictures=Pictures(question=picture("#ccd", (1600, 600))))
talk("said_longest", [("question", long(500, 1)), ("question", long(500))], leaders=12)
talk("said_much", [("question", long(90 + 20 * at, at)) for at in range(9)])
talk("said_cards", [("question", long(200)), *(("card", long(60 + 40 * at, at))
     for at in range(9))], leaders=12)
talk("leaders", [], leaders=12, title=long(160))
own = evening(pace="own")
for at in range(20):
    questions.add_question(
        actor=menden, code=own.code, wording=Wording("yes_no", long(300, at))
    )
sessions.start_session(actor=menden, code=own.code, now=now)
for question in own.questions.order_by("position"):
    rounds.open_round(
        actor=menden, code=own.code, round_id=question.rounds.get().pk, now=now
    )
codes["own_pace"] = own.code
codes["before"] = evening(long(160)).code
together("joint", "Wohin?", options(4, 30))
together("joint_longest", LONGEST, options(20, MOST))
print(json.dumps(codes))
"""
CLOSE = """
import random
from django.utils import timezone
from frontend.demo import live_types
from participation import actors, queries
from polls.models import Round
from polls.services import rounds

now = timezone.now()
menden = actors.system(queries.municipality_by_slug("menden"))
for code in {codes}:
    asked = Round.objects.select_related("question__session").get(
        question__session__code=code, state="open"
    )
    live, config = asked.question.session, asked.question.config
    ids = list(asked.question.options.order_by("position").values_list("pk", flat=True))
    said = [
        (live_types.seat_in(live, now),
         {{"options": [ids[n % 3]]}} if ids else {{"number": config["min"] + n % 5}})
        for n in range(12)
    ]
    live_types.cast(live, asked.pk, said, now)
    rounds.close_round(actor=menden, code=code, round_id=asked.pk, now=now)
"""
HALLS = (
    "single",
    "single_eleven",
    "single_longest",
    "multiple",
    "yes_no",
    "scale",
    "rating",
    "ranking",
    "points",
    "number",
    "number_dense",
    "words",
    "text",
    "quiz",
    "image_2",
    "image_6",
    "image_12",
    "pin_map",
    "pin_image",
)
ASKED = tuple(
    f"{name}_asked"
    for name in ("single", "single_eleven", "single_longest", "scale", "number", "text")
)
BETWEEN = ("said_longest", "said_much", "said_cards", "leaders", "own_pace", "before")
JOINT = ("joint", "joint_longest")
