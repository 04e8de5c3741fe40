"""A wrong configuration ends the start with the one line that says what to set."""

import sys

import django
from django.core.exceptions import ImproperlyConfigured


def set_up() -> None:
    try:
        django.setup(set_prefix=False)
    except ImproperlyConfigured as mistake:
        sys.exit(f"Mitwirk cannot start: {mistake}")
