"""Ideas for the town's staff: the inbox, steps, answers, notes, hand-over, merging."""

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from participation.api.ideas import MANAGE_TOKEN, ONE, IdeaView, cleaned
from participation.api.ideas_shapes import (
    AcceptIn,
    AssignmentIn,
    AssignmentOut,
    IdeaDetailOut,
    IdeaOut,
    InboxFilter,
    MergeIn,
    MergeOut,
    NoteIn,
    NoteOut,
    RefuseIn,
    ResponseIn,
    ResponseOut,
    SignatureIn,
    SignatureOut,
    TransferIn,
    TransferOut,
    TransitionIn,
)
from participation.api_base import ApiView, PageFilter, page_of, paged
from participation.queries import ideas as queries
from participation.queries import inbox
from participation.services import assignments, cosignatures, merges, statuses, transfers


class Inbox(ApiView):
    @extend_schema(
        operation_id="inbox",
        parameters=[InboxFilter, PageFilter],
        responses=page_of("InboxPage", IdeaOut),
    )
    def get(self, request: Request, slug: str) -> Response:
        """What waits for the town's staff, the latest first."""
        asked = cleaned(InboxFilter, request.query_params)
        found = inbox.inbox(
            self.actor,
            now=timezone.now(),
            show=asked.get("show", "waiting"),
            text=asked.get("q", ""),
            theme=asked.get("theme", ""),
        )
        return paged(self, found, IdeaOut, ("-created_at", "-pk"))


class IdeaTransitions(IdeaView):
    @extend_schema(
        operation_id="idea_transition",
        parameters=[MANAGE_TOKEN],
        request=TransitionIn,
        responses={201: IdeaDetailOut},
    )
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Take one step of the transition table; a step it does not know is `illegal_step`."""
        step = statuses.Step(**cleaned(TransitionIn, request.data))
        idea = statuses.change_status(
            actor=self.actor,
            reference=reference,
            step=step,
            now=timezone.now(),
            token=request.headers.get("X-Manage-Token", ""),
        )
        return self.detail(idea, 201)


class IdeaResponses(ApiView):
    @extend_schema(operation_id="idea_respond", request=ResponseIn, responses={201: ResponseOut})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Publish the next version of the town's answer."""
        response = statuses.publish_response(
            actor=self.actor,
            reference=reference,
            now=timezone.now(),
            **cleaned(ResponseIn, request.data),
        )
        return Response(ResponseOut(response).data, status=201)


class ResponseSignatures(ApiView):
    @extend_schema(
        operation_id="idea_response_ask_to_sign",
        request=SignatureIn,
        responses={201: SignatureOut},
    )
    def post(self, request: Request, slug: str, reference: str, number: int) -> Response:
        """Ask another municipality to stand behind this answer."""
        asked = cosignatures.ask_to_sign(
            actor=self.actor,
            reference=reference,
            number=number,
            now=timezone.now(),
            **cleaned(SignatureIn, request.data),
        )
        return Response(SignatureOut(asked).data, status=201)


class Signatures(ApiView):
    @extend_schema(operation_id="signatures_asked", responses=SignatureOut(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """What other municipalities ask this one to sign, the oldest first."""
        return Response(SignatureOut(inbox.signatures_asked(self.actor), many=True).data)


class SignatureSign(ApiView):
    @extend_schema(operation_id="signature_sign", request=None, responses=SignatureOut)
    def post(self, request: Request, slug: str, signature: int) -> Response:
        """Stand behind the answer, in public."""
        row = cosignatures.sign(actor=self.actor, signature_id=signature, now=timezone.now())
        return Response(SignatureOut(row).data)


class SignatureRefuse(ApiView):
    @extend_schema(operation_id="signature_refuse", request=RefuseIn, responses=SignatureOut)
    def post(self, request: Request, slug: str, signature: int) -> Response:
        """Do not sign, and tell the colleagues why."""
        row = cosignatures.refuse(
            actor=self.actor,
            signature_id=signature,
            now=timezone.now(),
            **cleaned(RefuseIn, request.data),
        )
        return Response(SignatureOut(row).data)


class IdeaNotes(ApiView):
    @extend_schema(operation_id="idea_notes", responses=NoteOut(many=True))
    def get(self, request: Request, slug: str, reference: str) -> Response:
        """What colleagues of this town noted, the latest first."""
        idea = queries.idea(self.actor, reference)
        return Response(NoteOut(inbox.notes(self.actor, idea), many=True).data)

    @extend_schema(operation_id="idea_note", request=NoteIn, responses={201: NoteOut})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Keep a note that only this town's staff reads."""
        text = cleaned(NoteIn, request.data)["text"]
        note = assignments.add_note(
            actor=self.actor, reference=reference, text=text, now=timezone.now()
        )
        return Response(NoteOut(note).data, status=201)


class IdeaAssignment(ApiView):
    @extend_schema(operation_id="idea_assign", request=AssignmentIn, responses=AssignmentOut)
    def put(self, request: Request, slug: str, reference: str) -> Response:
        """Say who deals with an idea."""
        body = cleaned(AssignmentIn, request.data)
        assignment = assignments.assign(
            actor=self.actor,
            reference=reference,
            person_id=body.get("person"),
            department=body.get("department", ""),
            due_date=body.get("due_date"),
            now=timezone.now(),
        )
        return Response(AssignmentOut(assignment).data)


class IdeaTransfers(ApiView):
    @extend_schema(operation_id="idea_transfer", request=TransferIn, responses={201: TransferOut})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Offer an idea to another municipality for fourteen days."""
        transfer = transfers.offer_transfer(
            actor=self.actor,
            reference=reference,
            now=timezone.now(),
            **cleaned(TransferIn, request.data),
        )
        return Response(TransferOut(transfer).data, status=201)


class TransferAccept(ApiView):
    @extend_schema(operation_id="idea_transfer_accept", request=AcceptIn, responses=TransferOut)
    def post(self, request: Request, slug: str, reference: str, transfer: int) -> Response:
        """The municipality it was offered to (`slug`) takes the idea over."""
        row = transfers.accept_transfer(
            actor=self.actor,
            reference=reference,
            transfer_id=transfer,
            now=timezone.now(),
            **cleaned(AcceptIn, request.data),
        )
        return Response(TransferOut(row).data)


class TransferRefuse(ApiView):
    @extend_schema(operation_id="idea_transfer_refuse", request=RefuseIn, responses=TransferOut)
    def post(self, request: Request, slug: str, reference: str, transfer: int) -> Response:
        """The municipality it was offered to (`slug`) leaves it, and says why."""
        row = transfers.refuse_transfer(
            actor=self.actor,
            reference=reference,
            transfer_id=transfer,
            now=timezone.now(),
            **cleaned(RefuseIn, request.data),
        )
        return Response(TransferOut(row).data)


class IdeaMerges(ApiView):
    @extend_schema(operation_id="idea_merge", request=MergeIn, responses={201: MergeOut})
    def post(self, request: Request, slug: str, reference: str) -> Response:
        """Let another idea carry on for this one."""
        merge = merges.merge_ideas(
            actor=self.actor,
            reference=reference,
            now=timezone.now(),
            **cleaned(MergeIn, request.data),
        )
        return Response(MergeOut(merge).data, status=201)


class MergeDetail(ApiView):
    @extend_schema(operation_id="idea_merge_undo", responses=MergeOut)
    def delete(self, request: Request, slug: str, reference: str, merge: int) -> Response:
        """Take a merge back; everything is as if it had not been."""
        row = merges.undo_merge(
            actor=self.actor, reference=reference, merge_id=merge, now=timezone.now()
        )
        return Response(MergeOut(row).data)


urlpatterns = [
    path("municipalities/<slug:slug>/inbox/", Inbox.as_view(), name="api_inbox"),
    path(ONE + "transitions/", IdeaTransitions.as_view(), name="api_idea_transitions"),
    path(ONE + "responses/", IdeaResponses.as_view(), name="api_idea_responses"),
    path(
        ONE + "responses/<int:number>/signatures/",
        ResponseSignatures.as_view(),
        name="api_response_signatures",
    ),
    path("municipalities/<slug:slug>/signatures/", Signatures.as_view(), name="api_signatures"),
    path(
        "municipalities/<slug:slug>/signatures/<int:signature>/sign/",
        SignatureSign.as_view(),
        name="api_signature_sign",
    ),
    path(
        "municipalities/<slug:slug>/signatures/<int:signature>/refuse/",
        SignatureRefuse.as_view(),
        name="api_signature_refuse",
    ),
    path(ONE + "notes/", IdeaNotes.as_view(), name="api_idea_notes"),
    path(ONE + "assignment/", IdeaAssignment.as_view(), name="api_idea_assignment"),
    path(ONE + "transfers/", IdeaTransfers.as_view(), name="api_idea_transfers"),
    path(
        ONE + "transfers/<int:transfer>/accept/",
        TransferAccept.as_view(),
        name="api_transfer_accept",
    ),
    path(
        ONE + "transfers/<int:transfer>/refuse/",
        TransferRefuse.as_view(),
        name="api_transfer_refuse",
    ),
    path(ONE + "merges/", IdeaMerges.as_view(), name="api_idea_merges"),
    path(ONE + "merges/<int:merge>/", MergeDetail.as_view(), name="api_idea_merge"),
]
