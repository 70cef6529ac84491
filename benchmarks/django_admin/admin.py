"""The screens: the columns, search and scope of ours, with what Django's documentation advises for large tables."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from benchmarks.django_admin.models import Party, Record


class Scoped(admin.ModelAdmin):
    """Shows the rows of the agency whose path is the person's last name; everything to the national person."""

    list_per_page = 25
    show_full_result_count = False
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The rows of the person's subtree."""
        rows = super().get_queryset(request)
        path = request.user.last_name  # type: ignore[union-attr]
        return rows if path.count(".") < 2 else rows.filter(agency_path__startswith=path)


@admin.register(Record)
class RecordAdmin(Scoped):
    """Debtor records."""

    list_display = (
        "full_name",
        "state",
        "address",
        "enforcement_decision_number",
        "publish_due_on",
        "published_on",
        "agency",
    )
    list_select_related = ("agency",)
    search_fields = ("full_name",)
    raw_id_fields = ("decision", "agency")


@admin.register(Party)
class PartyAdmin(Scoped):
    """Parties of cases."""

    list_display = ("full_name", "role", "address", "case", "agency")
    list_select_related = ("case", "agency")
    search_fields = ("full_name",)
    raw_id_fields = ("case", "agency")
    fields = ("full_name", "address", "phone")
