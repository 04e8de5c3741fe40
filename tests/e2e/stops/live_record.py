"""What a council asks for: the record, counts by hand, results in other people's pages."""

from tests.e2e.stops import DATA, STEP, Stop

FACTS = """
from polls.models import LiveSession, ResultRecord, Round
told = ResultRecord.objects.order_by("pk").last()
facts["told"], facts["sha"] = told.session.code, told.sha256
counted = Round.objects.filter(
    question__session__municipality__slug="menden", question__type="single", state="open"
).order_by("pk").first()
facts["counted_live"], facts["counted_round"] = counted.question.session.code, counted.pk
"""
DESK = "/menden/verwaltung/live/{counted_live}/ergebnis/"
STOPS = [
    Stop("live_record", "/live/{told}/protokoll/{sha}/"),
    Stop("live_record", "/live/{told}/protokoll/0/", status=404),
    Stop("live_embed", "/live/{told}/einbetten/"),
    Stop("desk_live_result", DESK, who="staff"),
    Stop("desk_live_count", DESK + "auszaehlung/{counted_round}/", who="staff"),
    Stop(
        "desk_live_count",
        DESK + "auszaehlung/{counted_round}/",
        who="staff",
        send="Auszählung eintragen",
        status=422,
    ),
]
EXCEPTIONS = {
    **dict.fromkeys(
        [
            "desk_live_eligible",
            "desk_live_outcome",
            "desk_live_correct",
            "desk_live_countersign",
            "desk_live_withdraw",
        ],
        STEP,
    ),
    **dict.fromkeys(["live_results_file", "live_record_newest", "live_record_file"], DATA),
}
