"""Forms in KERN's markup."""

from django.forms.renderers import TemplatesSetting


class KernRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
