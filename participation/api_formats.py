"""JSON in and out, and the two kinds of token: what Django REST framework loads before any view."""

from typing import Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from participation import actors
from participation.errors import RuleBroken
from participation.models import ApiKey, Device

MAX_BODY_BYTES = 256 * 1024


def _plain(value: Any) -> str:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else orjson.dumps(data, default=_plain)


class JSONParser(BaseParser):
    """JSON of at most 256 KiB."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise BodyTooLarge
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise exceptions.ParseError(_("Das ist kein gültiges JSON.")) from error


class BodyTooLarge(RuleBroken):
    status = 413
    code = "body_too_large"
    message = _("Die Anfrage ist zu groß: höchstens 256 KiB.")


class TokenAuthentication(BaseAuthentication):
    keyword = ""

    def token(self, request: Request) -> str:
        keyword, _space, token = request.headers.get("Authorization", "").partition(" ")
        return token.strip() if keyword.lower() == self.keyword.lower() else ""

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class KeyAuthentication(TokenAuthentication):
    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        if not (token := self.token(request)):
            return None
        if (key := actors.find_key(token)) is None:
            raise exceptions.AuthenticationFailed(_("Dieser Schlüssel gilt nicht (mehr)."))
        return None, key


class DeviceAuthentication(TokenAuthentication):
    keyword = "Device"

    def authenticate(self, request: Request) -> tuple[Any, Device] | None:
        if not (token := self.token(request)):
            return None
        if (device := actors.find_device(token)) is None:
            raise exceptions.AuthenticationFailed(_("Dieses Gerät ist nicht (mehr) gekoppelt."))
        return None, device
