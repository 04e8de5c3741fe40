"""Pictures that staff uploaded, in the demo as in production."""

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from participation.errors import NotFound


@require_safe
def picture(request: HttpRequest, folder: str, name: str) -> HttpResponseBase:
    """Named by its content, so it may be kept for ever; a JPEG of ours, whatever was uploaded."""
    etag = f'"{name}"'
    try:
        with default_storage.open(f"{folder}/{name}") as file:
            response = HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:
        raise NotFound from None
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
