"""Times taken out of what people type."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.find.moments import Moment, find_moment
from vocab.text import words


@pytest.mark.parametrize(
    ("typed", "moment", "left"),
    [
        ("ouvert maintenant", "now", ""),
        ("ouvert", "now", ""),
        ("en ce moment", "now", ""),
        ("open now", "now", ""),
        ("ouvert le samedi", "sat", ""),
        ("cours samedi matin seniors", "sat@10:00", "cours seniors"),
        ("impôts demain 10h", "tomorrow@10:00", "impots"),
        ("demain à 9 h 30", "tomorrow@09:30", ""),
        ("après-demain", "+2", ""),
        ("aujourd’hui", "today", ""),
        ("wifi ce soir", "today@18:30", "wifi"),
        ("cours du soir", "today@18:30", "cours"),
        ("mardi après-midi", "tue@15:00", ""),
        ("le midi", "today@12:30", ""),
        ("ouvert le week-end", "sat+sun", ""),
        ("lundi ou jeudi", "mon+thu", "ou"),
        ("samedi prochain", "next-sat", ""),
        ("next saturday at 2pm", "next-sat@14:00", ""),
        ("le week-end prochain", "next-sat+sun", ""),
        ("demain prochain", "tomorrow", ""),
        ("le 24 décembre", "12-24", ""),
        ("1er mars à 14h", "03-01@14:00", ""),
        ("open on saturday at 2pm", "sat@14:00", ""),
        ("tomorrow morning", "tomorrow@10:00", ""),
        ("tonight", "today@18:30", ""),
        ("wifi après 18h", "today@18:30", "wifi"),
        ("print after 6 pm", "today@18:30", "print"),
        ("avant 9h", "today@08:30", ""),
        ("à partir de 14h", "today@14:00", ""),
        ("impots entre midi et deux", "today@13:00", "impots"),
        ("entre 12h et 14h", "today@13:00", ""),
        ("de 14h à 17h", "today@14:00", ""),
        ("lundi 9h-12h", "mon@09:00", ""),
        ("jusqu'à 19h", "today@19:00", ""),
        ("ouvert tard", "today@19:00", ""),
        ("open late", "today@19:00", ""),
        ("lundi 14h30", "mon@14:30", ""),
        ("demain après-midi", "tomorrow@15:00", ""),
        ("open on Saturday morning", "sat@10:00", ""),
        ("tous les samedis", "sat", ""),
    ],
)
def test_times_are_found_and_taken_out(typed: str, moment: str, left: str) -> None:
    found, spans = find_moment(words(typed))
    taken = {index for span in spans for index in span.indices()}
    assert str(found) == moment
    assert [w for n, w in enumerate(words(typed)) if n not in taken] == left.split()


@pytest.mark.parametrize(
    "typed",
    ["open office", "open source", "données ouvertes", "24h", "32 mars", "30 février", "mars", "10",
     "mise à jour", "99h99", "10h75", "après", "le la les", "avant 0h", "après 23h45"],
)  # fmt: skip
def test_what_is_no_time_stays(typed: str) -> None:
    assert find_moment(words(typed)) == (None, ())


_SATURDAY = dt.date(2026, 11, 28)


@pytest.mark.parametrize(
    ("moment", "dates"),
    [
        (Moment(), [_SATURDAY]),
        (Moment(ahead=1), [dt.date(2026, 11, 29)]),
        (Moment(weekdays=(5,)), [_SATURDAY]),
        (Moment(weekdays=(0, 6)), [dt.date(2026, 11, 30), dt.date(2026, 11, 29)]),
        (Moment(month_day=(12, 24)), [dt.date(2026, 12, 24)]),
        (Moment(month_day=(1, 2)), [dt.date(2027, 1, 2)]),
        (Moment(month_day=(2, 29)), [dt.date(2028, 2, 29)]),
    ],
)
def test_a_moment_is_about_the_next_such_day(moment: Moment, dates: list[dt.date]) -> None:
    assert list(moment.dates(_SATURDAY)) == dates


@pytest.mark.parametrize(
    ("typed", "day", "dates"),
    [
        ("ce week-end", 27, ["11-28", "11-29"]),
        ("ce week-end", 28, ["11-28", "11-29"]),
        ("ce week-end", 29, ["11-29"]),
        ("samedi ou dimanche", 29, ["11-29"]),
        ("le week-end prochain", 27, ["11-28", "11-29"]),
        ("le week-end prochain", 28, ["12-05", "12-06"]),
        ("le week-end prochain", 29, ["12-05", "12-06"]),
        ("dimanche", 29, ["11-29"]),
        ("dimanche prochain", 29, ["12-06"]),
        ("next sunday", 29, ["12-06"]),
        ("samedi prochain", 29, ["12-05"]),
        ("lundi prochain", 29, ["11-30"]),
    ],
)
def test_days_are_of_one_weekend_and_the_next_is_not_today(
    typed: str, day: int, dates: list[str]
) -> None:
    moment, _ = find_moment(words(typed))
    assert moment
    found = moment.dates(dt.date(2026, 11, day))
    assert [f"{one:%m-%d}" for one in found] == dates


_TIMES = st.sampled_from(
    ["ouvert", "samedi", "apres", "demain", "midi", "a", "le", "ce", "10", "h", "2pm", "31",
     "fevrier", "week", "end", "prochain", "cours", "9h", "²", "٣"]
)  # fmt: skip


@given(st.lists(_TIMES, max_size=12))
def test_spans_are_in_order_and_apart(typed: list[str]) -> None:
    moment, spans = find_moment(typed)
    assert (moment is None) == (spans == ())
    ends = [edge for span in spans for edge in (span.first, span.last)]
    assert ends == sorted(ends)
    assert all(0 <= span.first < span.last <= len(typed) for span in spans)
    if moment:
        assert all(moment.dates(_SATURDAY))


_SUNDAY_NIGHT = dt.datetime.combine(dt.date(2026, 11, 29), dt.time(20, 38))


@pytest.mark.parametrize(
    ("typed", "ahead", "over"),
    [
        ("ouvert ce soir", "11-30 18:30", "11-29 18:30"),
        ("cours du soir", "11-30 18:30", "11-29 18:30"),
        ("tonight", "11-30 18:30", "11-29 18:30"),
        ("après 18h", "11-30 18:30", "11-29 18:30"),
        ("entre midi et deux", "11-30 13:00", "11-29 13:00"),
        ("ouverte tard", "11-30 19:00", "11-29 19:00"),
        ("aujourd'hui à 14h", "11-30 14:00", "11-29 14:00"),
        ("dimanche 10h", "12-06 10:00", "11-29 10:00"),
        ("le week-end à 10h", "12-05 10:00", "11-29 10:00"),
        ("le 29 novembre à 10h", "11-29 10:00", "11-29 10:00"),
        ("à 21h", "11-29 21:00", None),
        ("20h38", "11-29 20:38", None),
        ("samedi matin", "12-05 10:00", None),
        ("demain 10h", "11-30 10:00", None),
        ("lundi ou jeudi 10h", "11-30 10:00", None),
    ],
)
def test_a_time_that_is_over_is_the_next_one(typed: str, ahead: str, over: str | None) -> None:
    moment, _ = find_moment(words(typed))
    assert moment
    found, was = moment.at(_SUNDAY_NIGHT)
    assert f"{found:%m-%d %H:%M}" == ahead
    assert (f"{was:%m-%d %H:%M}" if was else None) == over
    assert found >= _SUNDAY_NIGHT


def test_what_is_left_of_a_minute_counts() -> None:
    assert Moment(ahead=0, time=dt.time(20, 38)).at(_SUNDAY_NIGHT.replace(second=59))[1] is None
