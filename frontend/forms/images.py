"""The picture of an offer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.forms.fields import LineField
from participation.images import MAX_ALT


class ImageForm(forms.Form):
    image = forms.FileField(
        label=_("Bild"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text=_("JPEG, PNG oder WebP, höchstens 10 MB. Wo es entstand, löschen wir heraus."),
    )
    alt = LineField(
        label=_("Bildbeschreibung"),
        max_length=MAX_ALT,
        help_text=_("Was darauf zu sehen ist, für Menschen, die es nicht sehen."),
    )
