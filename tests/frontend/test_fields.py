"""The markup of fields: label, hint, error, and the ties between them."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="Wie auf der Einladung")
    note = forms.CharField(label="Notiz", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Art", choices=[("a", "Alt"), ("n", "Neu")])
    days = forms.MultipleChoiceField(
        label="Tage", choices=[("mo", "Mo"), ("di", "Di")], widget=forms.CheckboxSelectMultiple
    )
    agree = forms.BooleanField(label="Einverstanden")


def html(data: dict[str, Any] | None = None) -> str:
    return str(Sample(data))


def test_a_field_has_label_and_hint() -> None:
    page = html()
    assert '<label class="kern-label" for="id_name">Name</label>' in page
    assert '<div class="kern-hint" id="id_name_helptext">Wie auf der Einladung</div>' in page
    assert 'class="kern-form-input__input"' in page
    assert 'aria-describedby="id_name_helptext"' in page
    assert "aria-invalid" not in page


def test_only_optional_fields_say_so() -> None:
    assert html().count("(freiwillig)") == 1


def test_an_error_is_tied_to_its_field_and_keeps_what_was_typed() -> None:
    page = html({"name": "", "note": "Mit <Klammer>", "kind": "n", "days": ["di"]})
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name_error"' in page
    assert "Mit &lt;Klammer&gt;" in page
    assert '<option value="n" selected>Neu</option>' in page
    assert 'value="di" id="id_days_1" checked' in page


def test_groups_are_fieldsets_with_a_legend() -> None:
    page = html()
    assert '<legend class="kern-label">Tage</legend>' in page
    assert page.count('class="kern-form-check__checkbox"') == 3


def test_the_summary_links_to_each_field() -> None:
    form = Sample({"note": "", "kind": "n"})
    page = render_to_string("parts/error_summary.html", {"form": form})
    assert "3 Angaben stimmen noch nicht" in page
    for target in ("#id_name", "#id_days_0", "#id_agree"):
        assert f'href="{target}"' in page
    assert ">Name: Bitte" in page
    assert 'role="alert" tabindex="-1"' in page


def test_a_label_that_asks_needs_no_colon() -> None:
    class Asking(forms.Form):
        diet = forms.CharField(label="Was essen Sie?")

    page = render_to_string("parts/error_summary.html", {"form": Asking({})})
    assert ">Was essen Sie? " in page


def test_a_label_may_say_its_language() -> None:
    class Asking(forms.Form):
        diet = forms.CharField(label=format_html('<span lang="de">{}</span>', "Was <essen> Sie?"))

    page = render_to_string("parts/error_summary.html", {"form": Asking({})})
    assert '><span lang="de">Was &lt;essen&gt; Sie?</span> ' in page


def test_no_summary_without_errors() -> None:
    assert render_to_string("parts/error_summary.html", {"form": Sample()}).strip() == ""
