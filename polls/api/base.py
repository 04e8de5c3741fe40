"""A view of one live session: the actor stands in the session's own town."""

from typing import Any

from rest_framework.request import Request
from rest_framework.serializers import Serializer

from participation import api_base
from participation.api_base import ApiView
from polls import queries
from polls.models import LiveSession


class LiveView(ApiView):
    """`code` in the URL names the session. Drafts exist for those who run them alone."""

    session: LiveSession

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        code = str(kwargs["code"])
        town = queries.any_by_code(code).municipality
        self.actor = api_base.resolve_actor(request, town.slug)
        self.session = queries.live_session(self.actor, code)


def given(form: Serializer[Any]) -> dict[str, Any]:
    """What a body says. Raises ValidationError."""
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def seat_token(request: Request) -> str:
    """The token of `Authorization: Seat <token>`, or nothing."""
    keyword, _space, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if keyword.lower() == "seat" else ""
