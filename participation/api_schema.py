"""The OpenAPI document's own words: who may ask, and the one shape of every refusal."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema as SpectacularSchema

from participation import actors

PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable; `detail` is a sentence in the reader's language.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "attr": {"type": "string"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
                "required": ["attr", "code", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "code"],
    "additionalProperties": True,
}
REFUSAL = {
    "description": "Refused: malformed, not allowed, unknown, or not possible in this state.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "description": "1 to 120 printable characters; the same key gives the first answer again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 120},
}


class AutoSchema(SpectacularSchema):
    """Every operation can refuse with a problem; every POST can be repeated; guests may try."""

    def get_auth(self) -> list[dict[str, Any]]:
        return [*super().get_auth(), {}]

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        operation["responses"].setdefault("default", REFUSAL)
        if self.method == "POST":
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        return operation


def add_problem(result: dict[str, Any], **_context: Any) -> dict[str, Any]:
    """Beside the components that serializers make; and the seat's token, which polls read."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components.setdefault("securitySchemes", {})["Seat"] = {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "A seat in a live session: `Seat <token>`.",
    }
    return result


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "participation.api_formats.KeyAuthentication"
    name = "Bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A municipality's API key."}


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "participation.api_formats.DeviceAuthentication"
    name = "Device"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "A paired scanner: `Device <token>`.",
        }


class DeviceCookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "participation.api_formats.DeviceCookieAuthentication"
    name = "DeviceCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": actors.DEVICE_COOKIE,
            "description": "A browser paired as a scanner; POST needs `X-CSRFToken`.",
        }
