"""The forms of what editors attach: a place or two ends chosen from the current releases, refused in words where they do not fit."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError

from codes.models import Code, CodeSystem, CommonDescription, Crosswalk, Heading

PROCEDURES = ("cpt", "hcpcs", "cdt", "icd10pcs")
TARGETS = {
    Crosswalk.DIAGNOSIS: (("icd10cm",), "A diagnosis is an ICD-10-CM code."),
    Crosswalk.PROCEDURE: (PROCEDURES, "A related procedure is a CPT, HCPCS, CDT or ICD-10-PCS code."),
    Crosswalk.ANESTHESIA: (("cpt",), "Anesthesia is a CPT code from 00100 to 01999."),
}


class Chooser(AutocompleteSelect):
    """Django's, which fails on a forged choice that is no number."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """Only what may be a key is looked up to be named."""
        return super().optgroups(name, [key for key in value if str(key).isdecimal() and len(str(key)) < 19], attr)


class CodeChoice(forms.ModelChoiceField):
    """A code, found by its number or its title as one types."""

    def __init__(self, label: str, **more: Any) -> None:
        widget = Chooser(CommonDescription._meta.get_field("code"), admin.site)
        wrong = {"invalid_choice": "There is no such code."}
        super().__init__(Code.objects.select_related("system", "release"), label=label, widget=widget, error_messages=wrong, **more)


def current_code(system: int | None, number: str) -> Code | None:
    """The code as it is current now."""
    found: Code | None = Code.objects.current().filter(system=system, code=number).first() if number else None
    return found


def current_heading(system: int | None, slug: str) -> Heading | None:
    """The heading as it is current now."""
    found: Heading | None = Heading.objects.current().filter(system=system, slug=slug).first() if slug else None
    return found


def checked(code: Code) -> Code:
    """The code, where the current release still has it. Refused in words otherwise."""
    if current_code(code.system_id, code.code) is None:
        raise ValidationError(f"{code} is not in the current release.")
    return code


class AttachedForm(forms.ModelForm):
    """Refuses to overwrite what another editor saved in the meantime."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen" in self.fields:
            self.fields["seen"].initial = self.stored_at(type(self.instance).objects)

    def stored_at(self, rows: Any) -> str:
        """When the stored row was saved; empty where there is none any more."""
        stored = rows.filter(pk=self.instance.pk).first()
        return stored.updated_at.isoformat() if stored else ""

    def clean(self) -> dict[str, Any]:
        """Compare what the editor saw with what is stored, while nobody else can write."""
        cleaned = super().clean() or {}
        now = self.stored_at(type(self.instance).objects.select_for_update()) if self.instance.pk else ""
        if cleaned.get("seen", "") != now:
            self.data = {**self.data.dict(), "seen": now}  # type: ignore[attr-defined]
            raise ValidationError(
                "Another editor saved this while you were writing. Nothing was overwritten, and your text is still below; theirs is in the history. "
                "Save again to put yours in its place."
            )
        return cleaned


class TextForm(AttachedForm):
    """A text, and the code or the heading that it is attached to."""

    at_code = CodeChoice("Code", required=False, help_text="For this code and the more specific ones below it …")
    at_heading = forms.ModelChoiceField(
        Heading.objects.select_related("system", "release"),
        label="or heading",
        required=False,
        widget=Chooser(Code._meta.get_field("heading"), admin.site),
        help_text="… or for every code below this heading. Choose one of the two.",
        error_messages={"invalid_choice": "There is no such heading."},
    )

    class Meta:
        widgets: ClassVar = {"text": forms.Textarea(attrs={"rows": 14, "cols": 90}), "source": forms.TextInput(attrs={"size": 80})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "at_code" in self.fields:
            self.fields["at_code"].initial = current_code(self.instance.system_id, self.instance.code)
            self.fields["at_heading"].initial = current_heading(self.instance.system_id, self.instance.heading)

    def clean_at_code(self) -> Code | None:
        """One of the current release."""
        code: Code | None = self.cleaned_data["at_code"]
        return checked(code) if code else None

    def clean_at_heading(self) -> Heading | None:
        """One of the current release."""
        heading: Heading | None = self.cleaned_data["at_heading"]
        if heading and current_heading(heading.system_id, heading.slug) is None:
            raise ValidationError(f"{heading} is not in the current release.")
        return heading

    def clean(self) -> dict[str, Any]:
        """Exactly one place."""
        cleaned = super().clean()
        code, heading = cleaned.get("at_code"), cleaned.get("at_heading")
        if not self.errors and bool(code) == bool(heading):
            raise ValidationError("Choose a code or a heading: one of the two, and not both.")
        if place := code or heading:
            self.instance.system, self.instance.code, self.instance.heading = place.system, code.code if code else "", heading.slug if heading else ""
        return cleaned


class CrosswalkForm(AttachedForm):
    """A procedure, and what it leads to."""

    at_code = CodeChoice("Procedure")
    at_target = CodeChoice("Leads to")

    class Meta:
        widgets: ClassVar = {name: forms.TextInput(attrs={"size": 80}) for name in ("note", "source")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "at_code" in self.fields:
            self.fields["at_code"].initial = current_code(self.instance.system_id, self.instance.code)
            self.fields["at_target"].initial = current_code(self.instance.target_system_id, self.instance.target)

    def clean_at_code(self) -> Code:
        """A procedure of the current release."""
        code = checked(self.cleaned_data["at_code"])
        if code.system.slug not in PROCEDURES:
            raise ValidationError(f"{code} is no procedure. A crosswalk leads from the procedure to the diagnosis; the diagnosis shows it too.")
        return code

    def clean_at_target(self) -> Code:
        """One of the current release."""
        return checked(self.cleaned_data["at_target"])

    def clean(self) -> dict[str, Any]:
        """A target of the sort, no loop, and no crosswalk twice: writers take turns by the procedure's system."""
        cleaned = super().clean()
        code, target, sort = (cleaned.get(name) for name in ("at_code", "at_target", "sort"))
        if not (code and target and sort):
            return cleaned
        systems, rule = TARGETS[sort]
        if target.system.slug not in systems or (sort == Crosswalk.ANESTHESIA and not "00100" <= target.code <= "01999"):
            raise ValidationError({"at_target": f"{target} does not fit. {rule}"})
        if (code.system_id, code.code) == (target.system_id, target.code):
            raise ValidationError({"at_target": "A code does not lead to itself."})
        CodeSystem.objects.select_for_update().get(pk=code.system_id)
        ends = {"system": code.system, "code": code.code, "target_system": target.system, "target": target.code}
        if Crosswalk.objects.filter(**ends).exclude(pk=self.instance.pk).exists():
            raise ValidationError(f"There is a crosswalk from {code} to {target} already.")
        for name, value in ends.items():
            setattr(self.instance, name, value)
        return cleaned
