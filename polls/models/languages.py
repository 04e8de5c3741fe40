"""The languages in which a question may be worded."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """Further wordings of a question, over the same tally, besides German and English."""

    EASY = "leicht", _("Einfache Sprache")
    UKRAINIAN = "uk", "Українська"
    RUSSIAN = "ru", "Русский"
    TURKISH = "tr", "Türkçe"
    ARABIC = "ar", "العربية"
    POLISH = "pl", "Polski"
    ROMANIAN = "ro", "Română"
