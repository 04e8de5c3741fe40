"""JSON in and out, and the two kinds of token: what Django REST framework loads before any view."""

from typing import Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from participation import actors
from participation.errors import TooLarge
from participation.models import ApiKey, Device

MAX_BODY_BYTES = 256 * 1024


def plain(value: Any) -> str:
    """What orjson does not know by itself: lazy translations."""
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
        return b"" if data is None else orjson.dumps(data, default=plain)


class FileRenderer(BaseRenderer):
    """A file as it is; a refusal stays JSON."""

    render_style = "binary"
    charset: str | None = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return data if isinstance(data, bytes) else JSONRenderer().render(data)


class PdfRenderer(FileRenderer):
    media_type = "application/pdf"
    format = "pdf"


class XlsxRenderer(FileRenderer):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"


class CsvRenderer(FileRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"


class OneFormat(BaseContentNegotiation):
    """An image is an image and a document a document, whatever the reader prefers."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        return renderers[0], renderers[0].media_type


class JSONParser(BaseParser):
    """JSON of at most 256 KiB, without the NUL character, which no text column takes."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise TooLarge
        try:
            data = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise exceptions.ParseError(_("Das ist kein gültiges JSON.")) from error
        if b"\\u0000" in raw and _has_nul(data):
            raise exceptions.ParseError(_("Das Zeichen NUL ist nicht erlaubt."))
        return data


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(name) or _has_nul(item) for name, item in value.items())
    return isinstance(value, list) and any(_has_nul(item) for item in value)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: <keyword> <token>`. Subclasses look the token up."""

    keyword = ""

    def token(self, request: Request) -> str | None:
        """The token, None where the header is absent or names another scheme."""
        scheme, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
        return token.strip() if scheme.lower() == self.keyword.lower() else None

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class KeyAuthentication(TokenAuthentication):
    """Comes first, so it also refuses a scheme that nobody reads: who sends one is no guest."""

    keyword = "Bearer"
    other_schemes = frozenset({"", "device", "seat"})

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        if (token := self.token(request)) is None:
            scheme = request.headers.get("Authorization", "").strip().partition(" ")[0]
            if scheme.lower() not in self.other_schemes:
                raise exceptions.AuthenticationFailed(
                    _("Bitte senden Sie „Authorization: Bearer“ mit Ihrem Schlüssel.")
                )
            return None
        if (key := actors.find_key(token)) is None:
            raise exceptions.AuthenticationFailed(_("Dieser Schlüssel gilt nicht (mehr)."))
        return None, key


class DeviceAuthentication(TokenAuthentication):
    keyword = "Device"

    def authenticate(self, request: Request) -> tuple[Any, Device] | None:
        if (token := self.token(request)) is None:
            return None
        if (device := actors.find_device(token)) is None:
            raise exceptions.AuthenticationFailed(_("Dieses Gerät ist nicht (mehr) gekoppelt."))
        return None, device


class DeviceCookieAuthentication(SessionAuthentication):
    """A browser that is paired as a device, where nobody is logged in: for the door's views."""

    def authenticate(self, request: Request) -> tuple[Any, Device] | None:
        token = request.COOKIES.get(actors.DEVICE_COOKIE)
        if not token or (device := actors.find_device(token)) is None:
            return None
        self.enforce_csrf(request)
        return None, device
