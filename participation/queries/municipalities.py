"""What is read of municipalities and themes."""

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from participation.actors import Actor
from participation.errors import InvalidInput, NotFound
from participation.models import Accession, Municipality, Theme


def municipality_by_slug(slug: str) -> Municipality:
    """Any municipality of the network. Raises NotFound."""
    try:
        return Municipality.objects.get(slug=slug)
    except Municipality.DoesNotExist:
        raise NotFound from None


def active_municipality(slug: str) -> Municipality:
    """One whose pages are open. Raises NotFound."""
    municipality = municipality_by_slug(slug)
    if not municipality.is_active:
        raise NotFound
    return municipality


def municipalities(
    *, status: str = "", postal_code: str = "", text: str = ""
) -> QuerySet[Municipality]:
    """The network's municipalities with their accessions, by name: two statements."""
    found = Municipality.objects.prefetch_related(
        Prefetch("accessions", Accession.objects.order_by("kind", "pk"))
    ).order_by("name", "pk")
    if status:
        found = found.filter(state=status)
    if postal_code:
        found = found.filter(_has_postal_code(postal_code))
    if text := text.replace("\x00", "").strip():
        # Five digits or fewer are the start of a postal code; anything else is part of a name.
        found = found.filter(
            _has_postal_code(text) if text.isdecimal() else Q(name__icontains=text)
        )
    return found


def _has_postal_code(start: str) -> Q:
    # The column holds a JSON list of five-digit strings; its text is searched.
    return Q(postal_codes__icontains=f'"{start}')


def themes(actor: Actor) -> QuerySet[Theme]:
    """The shared themes and the town's own."""
    if actor.municipality is None:
        return Theme.objects.filter(municipality=None).order_by("position", "slug", "pk")
    return Theme.objects.usable_in(actor.municipality).order_by("position", "slug", "pk")


def theme_by_slug(actor: Actor, slug: str) -> Theme:
    """Raises InvalidInput `unknown_theme`, also for a theme of another town."""
    theme = themes(actor).filter(slug=slug).first()
    if theme is None:
        raise InvalidInput("theme", "unknown_theme", _("Bitte wählen Sie ein Thema aus der Liste."))
    return theme


def other_town(actor: Actor, slug: str) -> Municipality:
    """An open town besides the actor's. Raises InvalidInput `unknown_municipality`."""
    found = Municipality.objects.filter(slug=slug, state=Municipality.State.ACTIVE).first()
    if found is None or found.pk == actor.town.pk:
        raise InvalidInput(
            "to", "unknown_municipality", _("Bitte wählen Sie eine andere, aktive Kommune.")
        )
    return found


def accessions(municipality: Municipality) -> list[Accession]:
    """What a council has joined, by kind."""
    return list(municipality.accessions.order_by("kind", "pk"))
