"""A town with one row of each kind, and what those rows are called in addresses."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from participation import actors
from participation.models import Device, Idea, Invitation, Membership, Municipality
from participation.models.access import Role
from participation.models.ideas import State
from participation.services import devices, ideas, invitations
from participation.services.ideas import IdeaDraft
from polls.models import Contribution, JointSession, LiveSession, Round
from polls.services import joint as joints
from polls.services import questions, sessions
from polls.services.wording import Wording
from tests.factories import make_town, make_user, member
from tests.workshops import factories as workshops
from tests.workshops.open_day_factories import make_open_day, make_stand
from workshops import privacy
from workshops.models import (
    Booking,
    ErasureRecord,
    Feedback,
    Gate,
    OpenDay,
    Question,
    RefusedWalkIn,
    Room,
    Scan,
    Series,
    Slot,
    Stand,
    Venue,
    WaitEntry,
    Workshop,
)
from workshops.services import gates

# Words that nobody outside the town may ever read.
PRIVATE = (
    "Geheime Gerda",
    "gerda@secret.example",
    "Geheimer Entwurf",
    "Geheime Idee",
    "Geheime Vorlage",
    "Geheimer Tag",
    "team@secret.example",
    "neu@secret.example",
    "Geheimes Handy",
    "Geheime Rückmeldung",
    "Geheimer Eingang",
    "Geheime Karte",
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
    asked: Question
    idea: Idea
    submitted: Idea
    live: LiveSession
    round: Round
    membership: Membership
    invitation: Invitation
    contribution: Contribution
    joint: JointSession
    wait_entry: WaitEntry
    device: Device
    gate: Gate
    open_day: OpenDay
    stand: Stand
    erasure: ErasureRecord
    feedback: Feedback
    series: Series
    template: Workshop
    refused: RefusedWalkIn
    conflict: Scan

    def name_in(self, route: str, parameter: str) -> str | int | None:
        """This town's row for a parameter of a route, None for a parameter we do not know."""
        by_word: dict[tuple[str, str], str | int] = {
            ("pk", "workshops/"): self.workshop.pk,
            ("pk", "angebote/"): self.workshop.pk,
            ("pk", "venues/"): self.venue.pk,
            ("pk", "rooms/"): self.room.pk,
            ("pk", "raeume/"): self.room.pk,
            ("pk", "series/"): self.series.pk,
            ("pk", "terminreihen/"): self.series.pk,
            ("pk", "templates/"): self.template.pk,
            ("pk", "vorlagen/"): self.template.pk,
            ("pk", "orte/"): self.venue.pk,
            ("pk", "slots/"): self.slot.pk,
            ("pk", "termine/"): self.slot.pk,
            ("pk", "einlass/"): self.slot.pk,
            ("feedback_id", "feedback/"): self.feedback.pk,
            ("feedback_id", "rueckmeldungen/"): self.feedback.pk,
            ("pk", "erasures/"): self.erasure.pk,
            ("pk", "protokolle/"): self.erasure.pk,
            ("code", "buchung/"): self.booking.code,
            ("code", "buchungen/"): self.booking.code,
            ("code", "bookings/"): self.booking.code,
            ("code", "waiting/"): self.booking.code,
            ("pk", "warteliste/"): self.wait_entry.pk,
            ("code", "live/"): self.live.code,
            ("code", "joint/"): self.joint.code,
            ("code", "gemeinsam/"): self.joint.code,
            ("round_id", "rounds/"): self.round.pk,
            ("ban", "bans/"): "0123456789abcdef",
            ("player_id", "players/"): self.round.pk,
            ("contribution_id", "contributions/"): str(self.contribution.pk),
            ("contribution_id", "saal/"): str(self.contribution.pk),
            ("round_id", "auszaehlung/"): self.round.pk,
            ("question_id", "questions/"): self.round.question_id,
            ("place", "options/"): 1,
            ("pk", "questions/"): self.asked.pk,
            ("pk", "fragen/"): self.asked.pk,
            ("pk", "frage/"): self.round.question_id,
            ("reference", "ideas/"): self.idea.reference,
            ("reference", "ideen/"): self.idea.reference,
            ("transfer", "transfers/"): 1,
            ("merge", "merges/"): 1,
            ("number", "responses/"): 1,
            ("signature", "signatures/"): 1,
            ("signature", "mitzeichnungen/"): 1,
            ("pk", "uebergabe/"): 1,
            ("pk", "meldung/"): 1,
            ("pk", "open-days/"): self.open_day.pk,
            ("pk", "offene-tage/"): self.open_day.pk,
            ("pk", "stands/"): self.stand.pk,
            ("pk", "staende/"): self.stand.pk,
            ("membership", "team/"): self.membership.pk,
            ("invitation", "einladungen/"): self.invitation.pk,
            ("gate", "gates/"): self.gate.pk,
            ("gate", "eingaenge/"): self.gate.pk,
            ("refused", "doppelt/"): self.refused.pk,
            ("refused", "refused/"): self.refused.pk,
            ("conflict", "scans/"): self.conflict.pk,
            ("conflict", "conflicts/"): self.conflict.pk,
            ("device", "devices/"): self.device.pk,
            ("device", "geraete/"): self.device.pk,
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
    questions.add_question(actor=actor, code=live.code, wording=Wording("yes_no", "Mehr Bänke?"))
    sessions.start_session(actor=actor, code=live.code, now=now)
    round_ = Round.objects.get(question__session=live)
    room = Room.objects.create(venue=venue, name="Saal", seats=20)
    open_day = make_open_day(town, starts_at=now, state="draft", title="Geheimer Tag")
    return Town(
        town,
        venue,
        room,
        workshop,
        slot,
        booking,
        Question.objects.create(workshop=workshop, text="Was essen Sie?"),
        idea,
        submitted,
        live,
        round_,
        membership=member(make_user("team@secret.example"), town, Role.DOOR).memberships.get(),
        invitation=invitations.invite(
            actor=actor, email="neu@secret.example", role=Role.DOOR, now=now
        ),
        wait_entry=WaitEntry.objects.create(
            slot=slot,
            code="GEHEIMAC",
            name="Geheime Gerda",
            email="gerda@secret.example",
            party_size=1,
            min_party=1,
            seed="s",
            token_hash="s",
            created_at=now,
        ),
        contribution=Contribution.objects.create(
            pk=uuid4(),
            session=live,
            kind=Contribution.Kind.CARD,
            text="Geheime Karte",
            consent=True,
            created_at=now,
        ),
        joint=joints.create_joint(
            actor=actor,
            title="Gemeinsam",
            wording=Wording("yes_no", "Mehr Bänke?"),
            towns=[make_town("hemer").slug],
            now=now,
        ),
        device=devices.create_device(actor=actor, name="Geheimes Handy", now=now),
        feedback=Feedback.objects.create(
            slot=slot, token_hash=f"geheim-{slot.pk}", stars=2, text="Geheime Rückmeldung"
        ),
        series=Series.objects.create(
            workshop=workshop,
            rrule="FREQ=WEEKLY;COUNT=2",
            first_date=now.date(),
            starts_at_time=now.time(),
            minutes=60,
        ),
        template=workshops.make_workshop(town, title="Geheime Vorlage", is_template=True),
        gate=gates.add_gate(actor=actor, venue_id=venue.pk, name="Geheimer Eingang"),
        open_day=open_day,
        refused=RefusedWalkIn.objects.create(
            slot=slot,
            principal="device-1",
            client_uuid=uuid4(),
            party_size=2,
            name="Geheime Gerda",
            reason=RefusedWalkIn.Reason.SLOT_FULL,
            occurred_at=now,
            received_at=now,
        ),
        conflict=Scan.objects.create(
            slot=slot,
            principal="device-1",
            client_uuid=uuid4(),
            kind=Scan.Kind.ENTRY,
            outcome=Scan.Outcome.CONFLICT,
            reason=Scan.Reason.UNKNOWN,
            offline=True,
            occurred_at=now,
            received_at=now,
        ),
        stand=make_stand(open_day),
        erasure=privacy.erase_booking(
            booking_id=workshops.book(workshops.make_slot(town, workshop=workshop)).pk, now=now
        ),
    )
