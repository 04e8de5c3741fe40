"""Forms in KERN's markup: label, hint, field, error; see templates/forms/."""

from django.forms.renderers import DjangoTemplates


class KernRenderer(DjangoTemplates):
    """Django's own widget templates, our templates around them."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
