"""The demo's mailbox: every mail sent, newest first. Outside the demo it does not exist."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from participation.queries import operation


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    _only_in_the_demo()
    return render(request, "demo/mailbox.html", {"mails": operation.demo_mails()})


@require_safe
@never_cache
def mailbox_json(request: HttpRequest) -> JsonResponse:
    _only_in_the_demo()
    mails = [
        {
            "to": mail.to,
            "subject": mail.subject,
            "text": mail.text,
            "html": mail.html,
            "sent_at": mail.sent_at.isoformat(),
        }
        for mail in operation.demo_mails()
    ]
    return JsonResponse(mails, safe=False)


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404
