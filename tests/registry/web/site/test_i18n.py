"""Numbers, dates and sentences are those of Babel, in both languages."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask, render_template_string

from registry.web.site import i18n

_NUMBERS = (0, 7, 999, 1_000, 12_345, 9_999_999, -1_234, 0.5, 12_345.678, 3.0)
_DAYS = (date(2026, 3, 4), date(1999, 12, 31), datetime(2026, 3, 4, 22, 30, tzinfo=UTC))


@pytest.mark.parametrize(("path", "lang"), [("/", "fr"), ("/en/", "en")])
def test_numbers_and_dates_are_those_of_babel(site: Flask, path: str, lang: str) -> None:
    with site.test_request_context(path, environ_overrides={"maillage.lang": lang}):
        assert [i18n.number(n) for n in _NUMBERS] == [
            format_decimal(n, locale=lang) for n in _NUMBERS
        ]
        assert [i18n.day(d) for d in _DAYS] == [
            format_date(d, "d MMMM y", locale=lang) for d in _DAYS
        ]
        abroad = datetime(2026, 3, 4, 23, 30, tzinfo=timezone(timedelta(hours=4)))
        pattern = "EEEE d MMMM H mm"
        expected = format_datetime(abroad, pattern, tzinfo=abroad.tzinfo, locale=lang)
        assert i18n.moment(abroad, pattern) == expected
        assert i18n.day(abroad) == format_date(date(2026, 3, 4), "d MMMM y", locale=lang)


def test_moments_are_those_of_paris(site: Flask) -> None:
    template = "{{ when|day }} | {{ when|stamp }}"
    with site.test_request_context("/"):
        winter = render_template_string(template, when=datetime(2026, 3, 4, 23, 30, tzinfo=UTC))
        summer = render_template_string(template, when=datetime(2026, 7, 4, 22, 5, tzinfo=UTC))
    assert winter == "5 mars 2026 | 5 mars 2026 à 0 h 30"
    assert summer == "5 juillet 2026 | 5 juillet 2026 à 0 h 05"


@pytest.mark.parametrize(
    ("path", "when", "expected"),
    [
        ("/", datetime(2026, 12, 1, 9, tzinfo=UTC), "1er décembre 2026"),
        ("/", datetime(2026, 12, 11, 1, tzinfo=UTC), "11 décembre 2026"),
        ("/", datetime(2026, 1, 2, 1, 1, tzinfo=UTC), "2 janvier 2026"),
        ("/en/", datetime(2026, 12, 1, 9, tzinfo=UTC), "1 December 2026"),
    ],
)
def test_the_first_of_a_month_is_an_ordinal_in_french(
    site: Flask, path: str, when: datetime, expected: str
) -> None:
    lang = {"maillage.lang": "en" if path == "/en/" else "fr"}
    template = "{{ when|day }} | {{ when|moment }} | {{ when|stamp }}"
    with site.test_request_context(path, environ_overrides=lang):
        page = render_template_string(template, when=when)
    for part in page.split(" | "):
        assert expected.rpartition(" ")[0] in part
    assert page.startswith(f"{expected} | ")


def test_values_of_a_sentence_are_escaped_and_percent_signs_stay(site: Flask) -> None:
    with site.test_request_context("/"):
        page = render_template_string(
            "{{ _('« {text} »', text='<b>') }} {{ _('100 %') }}"
            " {{ ngettext('{count} place', '{count} places', 2, count='<2>') }}"
        )
    assert page == "« &lt;b&gt; » 100 % &lt;2&gt; lieux"


def test_a_request_in_one_language_leaves_the_other_alone(site: Flask) -> None:
    visitor = site.test_client()
    for _turn in range(2):
        assert "Trouver un lieu</a>" in visitor.get("/").text
        assert "Find a place</a>" in visitor.get("/en/").text
