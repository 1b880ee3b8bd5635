"""Localities by what a coder types: state, county, city area, number. The rows are those of CMS's files of 2025."""

from decimal import Decimal

import pytest

from codes.models import Gpci, Locality
from codes.tools.fees_places import Place, find, place, titled, words

# Contractor, locality, state, name in the file of indices | state, area and counties in the file of counties.
PUBLISHED = """
13202|01|NY|MANHATTAN|NEW YORK|MANHATTAN|NEW YORK
13202|02|NY|NYC SUBURBS/LONG ISLAND|NEW YORK|NYC SUBURBS/LONG ISLAND|BRONX, KINGS, NASSAU, RICHMOND, ROCKLAND, SUFFOLK AND WESTCHESTER
13282|99|NY|REST OF NEW YORK|NEW YORK|REST OF STATE|ALL OTHER COUNTIES
01112|57|CA|HANFORD-CORCORAN|CALIFORNIA|HANFORD-CORCORAN|KINGS
01112|05|CA|SAN FRANCISCO-OAKLAND-BERKELEY (SAN FRANCISCO/SAN MATEO CNTY)|CALIFORNIA|SAN FRANCISCO-OAKLAND-BERKELEY|SAN FRANCISCO/ALAMEDA/SAN MATEO
01112|52|CA|SAN FRANCISCO-OAKLAND-BERKELEY (MARIN CNTY)|CALIFORNIA|SAN FRANCISCO-OAKLAND-BERKELEY (MARIN CNTY)|MARIN
01182|18|CA|LOS ANGELES-LONG BEACH-ANAHEIM (LOS ANGELES/ORANGE CNTY)|CALIFORNIA|LOS ANGELES-LONG BEACH-ANAHEIM (LOS ANGELES CNTY)|LOS ANGELES /ORAGNGE CNTY
08202|01|MI|DETROIT|MICHIGAN|DETROIT|MACOMB, OAKLAND, WASHTENAW AND WAYNE
06102|12|IL|EAST ST. LOUIS|ILLINOIS|EAST ST. LOUIS|BOND, JEFFERSON, MONTGOMERY, ST. CLAIR AND WASHINGTON
05302|01|MO|METROPOLITAN ST. LOUIS|MISSOURI|METROPOLITAN ST. LOUIS|JEFFERSON, ST. CHARLES, ST. LOUIS AND ST. LOUIS CITY
12202|01|DC|DC + MD/VA SUBURBS|DISTRICT OF COLUMBIA|DC + MD/VA SUBURBS|DISTRICT OF COLUMBIA; ALEXANDRIA CITY, FAIRFAX IN VIRGINIA; MONTGOMERY AND PRINCE GEORGE'S IN MARYLAND
12302|01|MD|BALTIMORE/SURR. CNTYS|MARYLAND|BALTIMORE/SURR. CNTYS|ANNE ARUNDEL, BALTIMORE, BALTIMORE CITY AND HOWARD
12302|99|MD|REST OF MARYLAND|MARYLAND|REST OF STATE|ALL OTHER COUNTIES EXCEPT MONTGOMERY AND PRINCE GEORGE'S
11302|00|VA|VIRGINIA|VIRGINIA|STATEWIDE|ALL COUNTIES, EXCEPT ALEXANDRIA CITY AND FAIRFAX
02402|02|WA|SEATTLE (KING CNTY)|WASHINGTON|SEATTLE (KING CNTY)|KING
02402|99|WA|REST OF WASHINGTON|WASHINGTON|REST OF STATE|ALL OTHER COUNTIES
09102|04|FL|MIAMI|FLORIDA|MIAMI|DADE AND MONROE
01212|01|HI|HAWAII, GUAM|HAWAII/GUAM|STATEWIDE|ALL COUNTIES
15202|00|OH|OHIO|OHIO|STATEWIDE|ALL COUNTIES
"""


def published() -> list[Place]:
    rows = [text.split("|") for text in PUBLISHED.strip().splitlines()]
    states = {words(row[4]): row[2] for row in rows}
    one = Decimal(1)
    return [
        place(
            Gpci(mac=mac, locality=locality, state=state, name=name, work=one, pe=one, mp=one),
            Locality(mac=mac, locality=locality, state=full, area=area, counties=counties),
            states,
        )
        for mac, locality, state, name, full, area, counties in rows
    ]


ALL = published()


def keys(text):
    return {found.key for found in find(text, ALL)}


def test_it_works():
    assert keys("Manhattan") == {"13202-01"}
    assert str(find("Manhattan", ALL)[0]) == "Manhattan, NY"


@pytest.mark.parametrize(("text", "key"), [
    ("Kings County, NY", "13202-02"), ("kings ca", "01112-57"), ("Los Angeles", "01182-18"), ("San Francisco", "01112-05"), ("Orange County, CA", "01182-18"),
    ("Miami-Dade", "09102-04"), ("dade county", "09102-04"), ("Saint Louis, MO", "05302-01"), ("Seattle", "02402-02"), ("King County WA", "02402-02"),
    ("Ohio", "15202-00"), ("oh", "15202-00"), ("Columbus, Ohio", "15202-00"), ("Hawaii", "01212-01"), ("Guam", "01212-01"),
    ("Washington, D.C.", "12202-01"), ("13202-01", "13202-01"), ("1182 18", "01182-18"), ("rest of new york", "13282-99"), ("NYC suburbs", "13202-02"),
])  # fmt: skip
def test_what_is_clear_is_found(text, key):
    assert keys(text) == {key}


@pytest.mark.parametrize("text", ["Montgomery, MD", "Prince George's", "prince georges county md", "Fairfax VA", "Alexandria City, Virginia"])
def test_counties_that_belong_to_a_neighbor(text):
    assert keys(text) == {"12202-01"}


def test_an_exception_names_no_county():
    assert keys("Montgomery") == {"12202-01", "06102-12"}
    assert keys("Richmond, VA") == {"11302-00"}


@pytest.mark.parametrize(("text", "expected"), [
    ("Kings", {"13202-02", "01112-57"}), ("St. Louis", {"06102-12", "05302-01"}), ("Oakland", {"01112-05", "01112-52", "08202-01"}),
    ("New York", {"13202-01", "13202-02", "13282-99"}), ("Washington", {"02402-02", "02402-99"}), ("Jefferson", {"06102-12", "05302-01"}),
])  # fmt: skip
def test_what_may_mean_several_offers_them(text, expected):
    assert keys(text) == expected


def test_washington_county_is_no_state():
    assert "06102-12" in keys("Washington County")


def test_a_city_that_no_file_names_is_not_guessed():
    """Albany lies in the rest of the state; nothing here says so, and a misspelled county would look the same."""
    assert keys("Albany, NY") == {"13202-01", "13202-02", "13282-99"}
    assert keys("Brooklyn") == set()


@pytest.mark.parametrize("text", ["", "   ", "County", "zz top", "99999-99", "12345", "%", "'", "‮", "1" * 80])
def test_nothing_is_found_for_nothing(text):
    assert keys(text) == set()


@pytest.mark.parametrize(("text", "read"), [
    ("REST OF NEW YORK", "Rest of New York"), ("DC + MD/VA SUBURBS", "DC + MD/VA Suburbs"), ("SEATTLE (KING CNTY)", "Seattle (King County)"),
    ("PRINCE GEORGE'S", "Prince George's"), ("POUGHKPSIE/N NYC SUBURBS", "Poughkpsie/N NYC Suburbs"),
])  # fmt: skip
def test_names_as_they_are_read(text, read):
    assert titled(text) == read


def test_a_locality_whose_counties_are_not_loaded():
    one = Decimal(1)
    alone = place(Gpci(mac="13202", locality="01", state="NY", name="MANHATTAN", work=one, pe=one, mp=one), None, {})
    assert (str(alone), alone.counties) == ("Manhattan, NY", "")
    assert find("manhattan", [alone]) == [alone]
