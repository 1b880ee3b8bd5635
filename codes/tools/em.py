"""The E/M leveler's page: what is asked, the worksheet, the code with every step to it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from codes.models import Code
from codes.tools import em_rules
from codes.tools.access import registered
from codes.tools.em_rules import FAMILIES, LEVELS, PROBLEMS, RISKS, Data

MOST_MINUTES, MOST_ITEMS = 1440, 99
PROCEDURES = {
    "": "None",
    "minor": "Yes, with 0 or 10 global days",
    "major": "Yes, with 90 global days, and this visit decided on it",
}
# Modifier, sentence and rule for a procedure of the same day (Medicare Claims Processing Manual, chapter 12).
BESIDE = {
    "minor": (
        "25",
        "if the record shows a visit of its own beyond the usual work before and after the procedure; the decision to do it is part of it.",
        "section 40.1.C and section 30.6.6.B",
    ),
    "major": ("57", "since the visit at which the procedure was decided on, on its day or the day before, is paid beside it.", "section 30.6.6.C"),
}


def choices(levels: dict[int, str]) -> list[tuple[str, str]]:
    """An element's levels, each with what makes it."""
    return [(str(level), f"{LEVELS[level].capitalize()}. {text}.") for level, text in levels.items()]


class VisitForm(forms.Form):
    """What a visit's level depends on. Nothing names the patient."""

    kind = forms.ChoiceField(label="Kind of visit", choices=[(slug, family.name) for slug, family in FAMILIES.items()])
    problems = forms.ChoiceField(label="Problems addressed", choices=choices(PROBLEMS), widget=forms.RadioSelect)
    items = forms.IntegerField(
        label="Notes, results and orders",
        help_text="One for each outside source of notes, each test whose result was reviewed, each test ordered. A test counts once.",
        min_value=0,
        max_value=MOST_ITEMS,
        required=False,
    )
    historian = forms.BooleanField(label="The history had to come from somebody besides the patient", required=False)
    interpretation = forms.BooleanField(label="A test that somebody else performed was interpreted here, and is not billed here", required=False)
    discussion = forms.BooleanField(label="Management or a result was discussed with somebody outside of the practice", required=False)
    risk = forms.ChoiceField(label="Risk of what was decided on", choices=choices(RISKS), widget=forms.RadioSelect)
    minutes = forms.IntegerField(
        label="Total minutes",
        help_text="Of the billing professional alone, on the date of the visit, with the time before and after it. Leave empty to go by decision making.",
        min_value=0,
        max_value=MOST_MINUTES,
        required=False,
    )
    procedure = forms.ChoiceField(label="A procedure on the same day", choices=list(PROCEDURES.items()), required=False)


@registered("E/M leveler", "Finds the level of an office, hospital, emergency, nursing facility or home visit, by medical decision making or by time.")
@require_safe
def leveler(request: HttpRequest) -> HttpResponse:
    """The form, and below it the worksheet once it is filled in. A link carries the answers; nothing is kept."""
    asked = request.GET if "kind" in request.GET else None
    form = VisitForm(asked, initial={"kind": "office-established"}, label_suffix="")
    found = worksheet(form.cleaned_data) if form.is_bound and form.is_valid() else None
    return render(request, "tools/em.html", {"form": form, "found": found})


def worksheet(asked: dict[str, Any]) -> dict[str, Any]:
    """The code with its short title, the elements, the steps, what time reaches, and the modifier for a procedure."""
    family = FAMILIES[asked["kind"]]
    data = Data(asked["items"] or 0, asked["historian"], asked["interpretation"], asked["discussion"])
    problems, risk, minutes = int(asked["problems"]), int(asked["risk"]), asked["minutes"] or 0
    answer = em_rules.level(family, problems, data, risk, minutes)
    reached, elements = em_rules.decision(problems, data, risk)
    numbers = [step.code for step in family.steps] + [code for code, _, _ in answer.units]
    titles = Code.objects.procedures(numbers)
    return {
        "family": family,
        "answer": answer,
        "title": titles.get(answer.code),
        "elements": [(element, LEVELS[element.level]) for element in elements],
        "level": LEVELS[reached],
        "steps": [{"step": step, "level": LEVELS[step.level], "title": titles.get(step.code), "chosen": step.code == answer.code} for step in family.steps],
        "units": [{"code": code, "number": number, "why": why, "title": titles.get(code)} for code, number, why in answer.units],
        "modifier": BESIDE.get(asked["procedure"]),
        "minutes": minutes,
    }
