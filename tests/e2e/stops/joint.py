"""Questions that several towns share."""

from tests.e2e.stops import DATA, STEP, Stop

FACTS = """
from polls.models import JointSession
facts["joint"] = JointSession.objects.get().code
"""
STOPS = [
    Stop("live_joint", "/live/gemeinsam/{joint}/"),
    Stop("live_joint", "/live/gemeinsam/999999/", status=404),
    Stop("live_joint_wall", "/live/gemeinsam/{joint}/wand/"),
    Stop("desk_joint_list", "/menden/verwaltung/live/gemeinsam/", who="staff"),
    Stop(
        "desk_joint_list",
        "/menden/verwaltung/live/gemeinsam/",
        who="staff",
        send="Kommunen einladen",
        status=422,
    ),
    Stop("desk_joint", "/menden/verwaltung/live/gemeinsam/{joint}/", who="staff"),
]
EXCEPTIONS = {"live_joint_state": DATA, "desk_joint_step": STEP}
