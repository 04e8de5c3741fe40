"""What a facilitator prepares: settings, templates, a rehearsal at everyone's own pace."""

from tests.e2e.stops import STEP, Stop

FACTS = """
from django.utils import timezone
from participation import actors
from participation.models import Municipality
from polls.models import LiveSession
from polls.services import copies, sessions, steering
stage_now = timezone.now()
stage_actor = actors.system(Municipality.objects.get(slug="menden"))
stage_asked = LiveSession.objects.of(stage_actor.town).filter(questions__isnull=False)
stage_source = stage_asked.filter(state="live").first()
stage_at = {"actor": stage_actor, "now": stage_now}
stage_template = copies.copy_session(**stage_at, code=stage_source.code, kind="template")
copies.share_template(actor=stage_actor, code=stage_template.code, shared=True)
stage_rehearsal = copies.copy_session(**stage_at, code=stage_source.code, kind="rehearsal")
sessions.change_settings(**stage_at, code=stage_rehearsal.code, changes={"pace": "own"})
sessions.start_session(**stage_at, code=stage_rehearsal.code)
stage_open = steering.open_all(**stage_at, code=stage_rehearsal.code)
steering.hold_round(**stage_at, code=stage_rehearsal.code, round_id=stage_open[0].pk)
facts["template"] = stage_template.code
facts["rehearsal"] = stage_rehearsal.code
facts["own_round"] = stage_open[0].pk
"""
STOPS = [
    Stop("desk_live_templates", "/menden/verwaltung/live/vorlagen/", who="staff"),
    Stop("desk_live_settings", "/menden/verwaltung/live/{template}/einstellungen/", who="staff"),
    Stop("desk_live_run", "/menden/verwaltung/live/{rehearsal}/", who="staff"),
    Stop("live_vote", "/live/{rehearsal}/", who="own-pace"),
    Stop("live_vote", "/live/{rehearsal}/?frage={own_round}", who="own-pace-held"),
    Stop("live_wall", "/live/{rehearsal}/wand/", who="staff"),
]
EXCEPTIONS = {"desk_live_copy": STEP, "desk_live_remove": STEP}
