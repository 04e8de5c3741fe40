"""A town with one row of each kind, and what those rows are called in addresses."""

from dataclasses import dataclass
from datetime import datetime

from participation import actors
from participation.models import Idea, Invitation, Membership, Municipality
from participation.models.access import Role
from participation.models.ideas import State
from participation.services import ideas, invitations
from participation.services.ideas import IdeaDraft
from polls.models import LiveSession, Round
from polls.services import sessions
from polls.services.sessions import Wording
from tests.factories import make_user, member
from tests.workshops import factories as workshops
from workshops.models import Booking, Room, Slot, Venue, Workshop

# Words that nobody outside the town may ever read.
PRIVATE = (
    "Geheime Gerda",
    "gerda@secret.example",
    "Geheimer Entwurf",
    "Geheime Idee",
    "team@secret.example",
    "neu@secret.example",
)


@dataclass(frozen=True)
class Town:
    """One row of each kind, and what they are called in addresses."""

    municipality: Municipality
    venue: Venue
    room: Room
    workshop: Workshop
    slot: Slot
    booking: Booking
    idea: Idea
    submitted: Idea
    live: LiveSession
    round: Round
    membership: Membership
    invitation: Invitation

    def name_in(self, route: str, parameter: str) -> str | int | None:
        """This town's row for a parameter of a route, None for a parameter we do not know."""
        by_word: dict[tuple[str, str], str | int] = {
            ("pk", "workshops/"): self.workshop.pk,
            ("pk", "angebote/"): self.workshop.pk,
            ("pk", "venues/"): self.venue.pk,
            ("pk", "orte/"): self.venue.pk,
            ("pk", "slots/"): self.slot.pk,
            ("pk", "termine/"): self.slot.pk,
            ("pk", "einlass/"): self.slot.pk,
            ("code", "buchung/"): self.booking.code,
            ("code", "buchungen/"): self.booking.code,
            ("code", "bookings/"): self.booking.code,
            ("code", "waiting/"): self.booking.code,
            ("code", "live/"): self.live.code,
            ("round_id", "rounds/"): self.round.pk,
            ("question_id", "questions/"): self.round.question_id,
            ("pk", "frage/"): self.round.question_id,
            ("reference", "ideas/"): self.idea.reference,
            ("reference", "ideen/"): self.idea.reference,
            ("transfer", "transfers/"): 1,
            ("merge", "merges/"): 1,
            ("pk", "uebergabe/"): 1,
            ("pk", "meldung/"): 1,
            ("membership", "team/"): self.membership.pk,
            ("invitation", "einladungen/"): self.invitation.pk,
        }
        before = route.partition(f":{parameter}>")[0].rpartition("<")[0]
        word = before.rstrip("/").rpartition("/")[2] + "/"
        return by_word.get((parameter, word))


def make_everything(town: Municipality, now: datetime) -> Town:
    actor = actors.system(town)
    venue = workshops.make_venue(town)
    workshop = workshops.make_workshop(town, venue=venue)
    workshops.make_workshop(town, title="Geheimer Entwurf", state=Workshop.State.DRAFT)
    slot = workshops.make_slot(town, workshop=workshop, starts_at=now)
    booking = workshops.book(
        workshops.make_slot(town, workshop=workshop),
        name="Geheime Gerda",
        email="gerda@secret.example",
    )
    draft = IdeaDraft("Mehr Bänke", "Am Markt fehlen Bänke.", "kultur", origin="paper")
    idea = ideas.hand_in(actor=actor, draft=draft, now=now)
    Idea.objects.filter(pk=idea.pk).update(state=State.PUBLISHED, published_at=now)
    secret = IdeaDraft("Geheime Idee", "Noch nicht geprüft.", "kultur", origin="paper")
    submitted = ideas.hand_in(actor=actor, draft=secret, now=now)
    live = sessions.create_session(actor=actor, title="Abend", now=now)
    sessions.add_question(actor=actor, code=live.code, wording=Wording("yes_no", "Mehr Bänke?"))
    sessions.start_session(actor=actor, code=live.code, now=now)
    round_ = Round.objects.get(question__session=live)
    room = Room.objects.create(venue=venue, name="Saal", seats=20)
    return Town(
        town,
        venue,
        room,
        workshop,
        slot,
        booking,
        idea,
        submitted,
        live,
        round_,
        membership=member(make_user("team@secret.example"), town, Role.DOOR).memberships.get(),
        invitation=invitations.invite(
            actor=actor, email="neu@secret.example", role=Role.DOOR, now=now
        ),
    )
