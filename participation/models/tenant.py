"""What every tenant row shares: it belongs to exactly one municipality, by a declared path."""

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from participation.models.municipality import Municipality

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row_co]):
    """Rows that reach their municipality by `tenant_path`; children add `visible_to(actor)`."""

    tenant_path: ClassVar[str] = "municipality"

    def of(self, municipality: "Municipality") -> Self:
        """Only this town's rows: another town's row does not exist."""
        return self.filter(**{self.tenant_path: municipality})
