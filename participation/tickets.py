"""Signed links that mails carry, and the keyed hash that stands for a person.

A link's token names a row and is signed with the secret key: nothing is stored, nothing can be
guessed. Whether it still works is a fact of the row.
"""

from typing import Literal

from django.core import signing
from django.utils.crypto import salted_hmac

from participation.errors import NotFound

Purpose = Literal["idea", "support", "follow", "author"]
PURPOSES: tuple[Purpose, ...] = ("idea", "support", "follow", "author")
SALT = "participation.tickets"


def link_token(purpose: Purpose, row_id: int) -> str:
    """The token of a link: to confirm an idea, a support, a follow, or to act as its author."""
    return signing.Signer(salt=SALT).sign_object([purpose, row_id])


def read_link_token(token: str) -> tuple[Purpose, int]:
    """Purpose and id of the row. Raises NotFound for anything we have not signed."""
    try:
        purpose, row_id = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise NotFound from error
    return purpose, row_id


def person_key(email: str) -> str:
    """The same 64 hexadecimal digits for the same address, and no way back to it."""
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()


def author_of(token: str) -> int:
    """The id of the idea whose author this link was mailed to. Raises NotFound."""
    purpose, idea_id = read_link_token(token)
    if purpose != "author":
        raise NotFound
    return idea_id
