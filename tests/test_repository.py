"""The repository itself: migrations, templates, headings, who may import whom, sizes, documents and licences."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands
from django.db import connection
from django.template.utils import get_app_template_dirs
from django.urls import URLPattern, URLResolver, get_resolver
from django_migration_linter import MigrationLinter

from codes.panels import LISTS, PANELS
from tests.pages import code_url, text_of
from tests.site import ROOT

APPS = ("accounts", "quotas", "codes", "assistant", "consultant", "careers")
MADE_ON_THE_SPOT = {".git", ".venv", "var", "staticfiles", "test-results", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis"}
FIXTURES = {"fixtures", "requirements.lock", "requirements-test.lock"}
LINES = 400


@cache
def files() -> tuple[Path, ...]:
    """Every file of the project, relative to its root."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(path for path in found if not MADE_ON_THE_SPOT & set(path.parts)))


def of_kind(*suffixes: str) -> list[Path]:
    return [path for path in files() if path.suffix in suffixes]


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_it_works():
    assert Path("manage.py") in files()
    assert len(of_kind(".py")) > 60


def test_no_migration_is_pending(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="what PostgreSQL would run is what is read")
def test_no_migration_breaks_a_running_site(db):
    """None but the initial ones: nothing removed or made NOT NULL in one step.

    A unique constraint cannot fail where an earlier one implies it: codes 0004 puts the release in place of the system.
    """
    implied = "0004_releases"
    linter = MigrationLinter(no_cache=True, no_output=True, include_apps=APPS, ignore_initial_migrations=True, ignore_name=[implied])
    linter.lint_all_migrations()
    assert linter.nb_valid >= 3
    assert not linter.has_errors
    reviewed = MigrationLinter(no_cache=True, no_output=True, include_apps=["codes"], exclude_migration_tests=["ADD_UNIQUE"])
    reviewed.lint_all_migrations("codes", implied)
    assert reviewed.nb_valid + reviewed.nb_warnings == 1
    assert not reviewed.has_errors


# Templates


def names_in(path: Path) -> set[str]:
    """The template names that a file mentions."""
    return set(re.findall(r"[\w/]+\.(?:html|txt|xml)\b", read(path)))


def is_used(name: str, mentioned: set[str]) -> bool:
    """Named in code or in a template, an error page, a panel's partial, or in place of a library's own."""
    if name in mentioned:
        return True
    if re.fullmatch(r"\d{3}\.html", name):
        return re.search(rf"\b{name[:3]}\b", read(Path("casepilot/errors.py"))) is not None
    if name in {f"codes/panels/{panel.SLUG}.html" for panel in PANELS} | {f"codes/panels/{slug}_list.html" for slug in LISTS}:
        return True
    return any((Path(folder) / name).is_file() for folder in get_app_template_dirs("templates"))


def test_no_template_is_unused():
    templates = [path for path in files() if path.parts[0] == "templates"]
    mentioned = set().union(*(names_in(path) for path in [*of_kind(".py"), *templates] if path.parts[0] != "tests"))
    assert len(templates) > 25
    assert [name for path in templates if not is_used(name := path.relative_to("templates").as_posix(), mentioned)] == []
    assert not is_used("codes/gone.html", mentioned)
    assert not is_used("418.html", mentioned)


# Pages


def routes(patterns=None, above: str = "/") -> list[str]:
    """Every address without a parameter, but for the admin."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = above + str(pattern.pattern).lstrip("^").removesuffix("$")
        if isinstance(pattern, URLResolver) and pattern.namespace != "admin":
            found += routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and not re.search(r"[<(\\]|^/admin/", route):
            found.append(route)
    return found


def others() -> list[str]:
    return [
        code_url("63663"),
        code_url("99213"),
        code_url("E11.9", "icd10cm"),
        "/codes/cpt/",
        "/codes/hcpcs/",
        "/codes/icd10cm/range/e08-e13/",
        "/codes/search/?q=lead",
        "/codes/search/?q=nothing-has-these-words",
        "/codes/cpt/00000/",
        "/no/such/page/",
    ]


@pytest.mark.parametrize("who", ["client", "as_coder"])
def test_every_public_page_has_one_h1(db, request, who):
    browser = request.getfixturevalue(who)
    seen = 0
    for url in [*routes(), *others()]:
        page = browser.get(url)
        if page.headers.get("Content-Type", "").startswith("text/html") and page.status_code in (200, 404):
            assert len(re.findall(r"<h1\b", text_of(page))) == 1, url
            seen += 1
    assert seen >= 20


# Who may import whom


def imported(path: Path) -> set[str]:
    """The modules that a module imports, with the names that it takes from them: `codes.models`, `codes.models.Code`."""
    found = set()
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {str(node.module)} | {f"{node.module}.{name.name}" for name in node.names}
    return found


MAY_KNOW = {
    "accounts": set(),
    "quotas": {"accounts"},
    "codes": {"quotas", "accounts"},
    "assistant": {"codes", "quotas", "accounts"},
    "consultant": {"assistant", "codes", "quotas", "accounts"},
    "careers": {"codes", "quotas", "accounts"},
}


def test_apps_know_only_what_lies_below_them():
    ours = {*APPS, "casepilot", "tests", "bench"}
    for path in of_kind(".py"):
        app = path.parts[0]
        if app in MAY_KNOW:
            known = {module.partition(".")[0] for module in imported(path)} & ours
            assert known <= MAY_KNOW[app] | {app}, path


def test_nobody_imports_the_project():
    for path in of_kind(".py"):
        if path.parts[0] not in ("casepilot", "tests", "bench"):
            assert not any(module.partition(".")[0] == "casepilot" for module in imported(path)), path


def test_no_panel_knows_another():
    panels = {panel.__name__ for panel in PANELS}
    assert len(panels) == 6
    for name in panels:
        assert not panels & imported(Path(name.replace(".", "/") + ".py")), name


def test_a_release_reader_knows_no_view():
    readers = [path for path in of_kind(".py") if path.parts[:2] == ("codes", "releases")]
    for path in readers:
        assert not {"codes.views", "codes.pages", "codes.urls", "codes.admin"} & imported(path), path
        assert not any(module.startswith("codes.panels") for module in imported(path)), path


def test_there_are_no_circles():
    """No module leads back to itself by the imports at the top of modules."""
    modules = {".".join(path.with_suffix("").parts).removesuffix(".__init__"): path for path in of_kind(".py") if path.parts[0] in (*APPS, "casepilot")}
    knows = {name: {other for other in imported(path) if other in modules and other != name} for name, path in modules.items()}
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join([*trail, name])
        if name not in done:
            for other in knows[name]:
                walk(other, (*trail, name))
            done.add(name)

    for name in knows:
        walk(name, ())


# Sizes


def test_no_file_is_longer_than_a_few_screens():
    kinds = of_kind(".py", ".html", ".css", ".js", ".md", ".yaml", ".toml")
    written = [path for path in kinds if path.parts[0] not in FIXTURES and "migrations" not in path.parts]
    assert [path.as_posix() for path in written if read(path).count("\n") > LINES] == []


# Documents


def papers() -> list[Path]:
    return [path for path in of_kind(".md") if path.parts[0] not in FIXTURES]


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", read(path), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_no_link_of_the_documents_is_dead():
    links = [(path, link) for path in papers() for link in re.findall(r"\]\(([^)\s]+)\)", read(path)) if not link.startswith(("http", "mailto:"))]
    assert len(links) > 10
    for path, link in links:
        target, _, anchor = link.partition("#")
        aim = (path.parent / target) if target else path
        assert (ROOT / aim).exists(), f"{path}: {link}"
        assert not anchor or anchor in anchors(aim), f"{path}: {link}"


def test_paths_and_tests_that_the_documents_name_exist():
    for paper in papers():
        text = re.sub(r"^```.*?^```", "", read(paper), flags=re.M | re.S)
        for named in re.findall(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|html|css|yaml|csv))`", text):
            assert (ROOT / named).exists(), f"{paper}: {named}"
        for module, test in re.findall(r"`(tests/\w+\.py)::(\w+)`", text):
            assert f"def {test}(" in read(Path(module)), f"{paper}: {module}::{test}"


def test_commands_and_targets_that_the_documents_name_exist():
    commands = set(get_commands())
    targets = set(re.findall(r"^([a-z]+):", read(Path("Makefile")), re.M))
    for paper in papers():
        assert set(re.findall(r"manage\.py (\w+)", read(paper))) <= commands, paper
        assert set(re.findall(r"`make ([a-z]+)", read(paper))) <= targets, paper


# Addresses and licences

MACHINE = re.compile("|".join(["/wo" + "rk/", "/ro" + "ot/", "/home/" + r"\w", "/Us" + "ers/", "/tmp/" + "scratch", "/opt/" + "wheels", "/opt/" + "pypi"]))
REGISTRY = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.\w+\.(?:com|org|io)\b", "npm" + r"js\.", "index-url " + "http", "extra-" + "index"])
)
LICENSED = re.compile(
    r"^(ConsolidatedCodeList|LONGULT|LONGUF|LONGULF|MEDU|SHORTU|ConsumerDescriptor|ClinicianDescriptor|Modifiers\.txt|PPRRVU|ccip[rh]a|MCR_MUE|AOC_V|HCPC\d{4}|GPCI\d{4})",
    re.I,
)
NOTICE = re.compile(r"(CPT|descriptors?)\W.{0,40}(©|\(c\)|copyright) ?(\d{4})?.{0,20}American Medical" + r" Association|all rights" + " reserved", re.I)
TEXT = {"", ".py", ".md", ".html", ".txt", ".css", ".svg", ".js", ".yaml", ".yml", ".toml", ".csv", ".lock", ".xml"}


def test_no_path_of_a_machine_and_no_registry():
    for path in files():
        if path.suffix in TEXT:
            assert not MACHINE.search(read(path)), path
            assert not REGISTRY.search(read(path)), path


def test_no_licensed_file_and_no_licensed_text():
    for path in files():
        assert path.suffix in TEXT | {".png"}, f"{path}: what is it?"
        assert not LICENSED.match(path.name), path
        if path.suffix in TEXT and path.parts[0] != "tests":
            assert not NOTICE.search(read(path)), path


def test_the_fee_schedule_extract_has_figures_alone():
    header, *rows = read(Path("fixtures/cpt/fees.csv")).splitlines()
    assert "desc" not in header.lower()
    assert not any(re.search("[A-Za-z]{4}", row) for row in rows)
