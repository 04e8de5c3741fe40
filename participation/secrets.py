"""Secrets: made here, shown once, stored as a hash and looked up by it.

The secrets carry at least 128 random bits, so one round of SHA-256 is enough
(NIST SP 800-63B 5.1.2.2).
"""

import base64
import hashlib
import secrets

from django.utils.crypto import salted_hmac

# No 0/O, 1/I/L, 5/S, 2/Z, 8/B, U/V: read aloud on the phone without a mistake.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"


def new_token() -> str:
    """A URL-safe secret of 192 bits, 32 characters."""
    return secrets.token_urlsafe(24)


def new_code(length: int = 6) -> str:
    """A short code for people, from letters and digits that cannot be confused."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def hashed(secret: str) -> str:
    """The 64 hexadecimal digits under which a secret is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def normal_code(typed: str) -> str:
    """A code as people type it, in the form we store: upper case, no spaces or dashes."""
    return "".join(ch for ch in typed.upper() if ch.isalnum())


def derived(purpose: str, row_id: int) -> str:
    """The secret of a row's link: the same each time, so that the mail's task needs only the id."""
    digest = salted_hmac(f"mitwirk.{purpose}", str(row_id), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()
