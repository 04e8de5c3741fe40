"""One way in for every link that confirms something by mail."""

from dataclasses import dataclass
from datetime import datetime

from participation import actors, tickets
from participation.errors import NotFound
from participation.models import Idea
from participation.queries import ideas as queries
from participation.services import ideas, supports


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a link confirmed: `idea`, `support` or `follow`, and the idea it is about."""

    purpose: tickets.Purpose
    idea: Idea


def confirm(*, token: str, now: datetime) -> Confirmation:
    """Confirm what the link was mailed for; a second time changes nothing.

    Raises NotFound (a token we have not signed, or a row that is gone), LinkExpired, SupportClosed.
    """
    purpose, row_id = tickets.read_link_token(token)
    idea = queries.idea_of_link(purpose, row_id)
    if purpose == "idea":
        ideas.confirm_idea(idea_id=row_id, actor=actors.guest(idea.municipality), now=now)
    elif purpose == "support":
        supports.confirm_support(support_id=row_id, now=now)
    elif purpose == "follow":
        supports.confirm_follow(follow_id=row_id, now=now)
    else:
        raise NotFound
    return Confirmation(purpose, queries.idea_of_link(purpose, row_id))
