"""My codes: codes kept in folders with private notes, the codes opened and the searches made last, in and out as CSV."""

from itertools import groupby
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.audience import GUEST, audience_of
from codes.models import Code, RecentSearch, SavedCode
from codes.tools import saved_csv
from codes.tools.access import registered
from quotas.models import View

ABOUT = "Keeps codes in folders with notes of your own, lists the codes you opened and the searches you made last, and takes and gives them as CSV."
TITLE, MOST, OPENED = "My codes", 2_000, 20
mine = registered(TITLE, ABOUT)


class SaveForm(forms.ModelForm):
    """A code, the folder it goes into, and a note."""

    class Meta:
        model = SavedCode
        fields = ("code", "folder", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 3}), "folder": forms.TextInput(attrs={"list": "folders", "autocomplete": "off"})}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields["code"].widget.attrs["autocomplete"] = "off"
        self.fields["note"].help_text = "Only you see it. Write nothing that names a patient."
        if self.instance.pk:
            del self.fields["code"]

    def clean_code(self) -> str:
        """The code, as its system has it: typed with or without its dot, alone or behind its system."""
        typed: str = self.cleaned_data["code"].strip()
        system, _, number = typed.rpartition(" ")
        found = saved_csv.found_codes([number]).get(saved_csv.squeezed(number), [])
        system = system.lower().replace("-", "")
        found = [code for code in found if system in ("", code.system.slug, code.system.name.lower().replace("-", ""))]
        if len(found) > 1:
            names = " or ".join(f"“{code.system.slug} {code.code}”" for code in found)
            raise forms.ValidationError(f"Codes of several systems have this number: write {names}.")
        if not found:
            raise forms.ValidationError("No code with this number is loaded here.")
        self.instance.system = found[0].system.slug
        return found[0].code


@mine
@require_http_methods(["GET", "HEAD", "POST"])
def saved(request: HttpRequest) -> HttpResponse:
    """The list, and the form that adds to it."""
    user = user_of(request)
    rows = SavedCode.objects.filter(user=user)
    form = SaveForm(request.POST if request.method == "POST" else None, initial={"code": request.GET.get("code", "")[:40]})
    if request.method == "POST" and form.is_valid():
        if rows.count() >= MOST:
            form.add_error("code", f"The list has room for {MOST:,} codes.")
        else:
            values = {"folder": form.instance.folder, "note": form.instance.note}
            row, new = SavedCode.objects.update_or_create(user_id=user, system=form.instance.system, code=form.instance.code, defaults=values)
            messages.success(request, f"{row.code} is kept." if new else f"{row.code} was in the list already; its folder and note are these now.")
            return redirect("tools:saved")
    return render(request, "tools/saved.html", {"form": form, "folders": folders(list(rows)), "opened": opened(user), "searches": searches(user)})


def user_of(request: HttpRequest) -> int:
    """Who is signed in; the tool is open to nobody else."""
    return cast(int, request.user.pk)


def folders(rows: list[SavedCode]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The rows by folder, each with its code as it is now."""
    known = saved_csv.found_codes(row.code for row in rows)
    shown: list[dict[str, Any]] = [
        {"row": row, "code": next((code for code in known.get(saved_csv.squeezed(row.code), ()) if code.system.slug == row.system), None)} for row in rows
    ]
    return [(folder, list(entries)) for folder, entries in groupby(shown, key=lambda entry: entry["row"].folder)]


def opened(user: int) -> list[Code]:
    """The metered codes that were opened last, newest first."""
    items = list(View.objects.filter(allowance__user=user).values_list("item", flat=True)[: OPENED * 2])
    known = Code.objects.of_items(items)
    return [known[item] for item in dict.fromkeys(items) if item in known][:OPENED]


def remember(request: HttpRequest, query: str) -> None:
    """Put a search, as it may be kept, on the list of whoever is signed in; one that may name a person is empty here."""
    if query and audience_of(request) != GUEST:
        RecentSearch.remember(user_of(request), query)


def searches(user: int) -> list[str]:
    """The searches that were made last."""
    return list(RecentSearch.objects.filter(user=user).values_list("text", flat=True)[: RecentSearch.KEPT])


@mine
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another folder or note; or the code goes."""
    row = get_object_or_404(SavedCode, pk=pk, user=request.user.pk)
    if request.method == "POST" and "remove" in request.POST:
        row.delete()
        messages.success(request, f"{row.code} is no longer in the list.")
        return redirect("tools:saved")
    form = SaveForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        return redirect("tools:saved")
    return render(request, "tools/saved_change.html", {"form": form, "row": row})


@mine
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    name = f"casepilot-codes-{timezone.localdate().isoformat()}.csv"
    content = saved_csv.written(SavedCode.objects.filter(user=request.user.pk))
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@mine
@require_POST
@transaction.atomic
def take(request: HttpRequest) -> HttpResponse:
    """Codes from a CSV file: what is right is kept, what is wrong is named by line."""
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, "No file was chosen.")
        return redirect("tools:saved")
    try:
        done, problems = saved_csv.taken(user_of(request), file.read(saved_csv.MOST_BYTES + 1))
    except saved_csv.WrongFile as wrong:
        messages.error(request, str(wrong))
        return redirect("tools:saved")
    messages.success(request, f"{done:,} code{'' if done == 1 else 's'} taken from the file.")
    for problem in problems[:10]:
        messages.warning(request, problem)
    if len(problems) > 10:
        messages.warning(request, f"And {len(problems) - 10:,} more lines.")
    return redirect("tools:saved")


@mine
@require_POST
def clear(request: HttpRequest) -> HttpResponse:
    """Forget the searches."""
    RecentSearch.objects.filter(user=request.user.pk).delete()
    messages.success(request, "Your last searches are forgotten.")
    return redirect("tools:saved")
