"""The words of opening hours in French (and of broken OSM): a closed vocabulary of tokens.

A word that is not in the vocabulary makes the whole text untranslatable: hours that are not fully
understood are kept as they were written, never half converted.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from vocab.text import base_letters

_DAY_NAMES = (
    ("lundis?|lun|lu|l", "monday|mon?"),
    ("mardis?|mard?|ma", "tuesday|tue?"),
    ("mercredis?|mercr?|mer|me", "wednesday|wed"),
    ("jeudis?|jeu|je|j", "thursday|thu?"),
    ("vendredis?|vendr?|ven|ve|v", "friday|fri?"),
    ("samedis?|sam|s", "saturday|sat"),
    ("dimanches?|dim|di", "sunday|sun?"),
)
_WHOLE_NAME = r"(?:(?<=[a-z]di)|(?<=dis)|(?<=che)|(?<=hes))"
# "lun. mar." is two days; "fermé le lundi. Mardi 9h" is two sentences.
_DOT = rf"(?:{_WHOLE_NAME}(?:\.(?!\s*[a-z]))?|(?!{_WHOLE_NAME})\.?)"
_APPOINTMENT = r"(?:rdv|rendez[ -]?vous)"
_EXCEPT = r"(?:sauf|hors|excepte|en\s+dehors)\s*,?\s*(?:(?:les|des|pendant|durant|pour|en)\s+){0,2}"
_CLOSED = r"(?:fermeture|ferme(?:es|e|s)?)(?:\s+au\s+public)?"
_CLOSED_ON = _CLOSED + r"\s*,?\s*(?:(?:les|des|pendant|durant)\s+){0,2}"
_PUBLIC = r"(?:les\s+)?(?:jours?\s+)?feries?"
_SCHOOL = r"(?:periodes?\s+(?:de\s+)?)?(?:les\s+)?vacances(?:\s+scolaires?)?"
_BOTH = rf"(?:{_PUBLIC}\s+et\s+{_SCHOOL}|{_SCHOOL}\s+et\s+{_PUBLIC})"
_TERM = r"(?:(?:uniquement|seulement)\s+)?(?:en|pendant|durant)\s+(?:la\s+)?periodes?\s+scolaires?"
_WORDS = (
    ("around", r"24\s*h?(?:eures)?\s*(?:/|sur)\s*24\s*(?:h(?:eures)?)?"),
    ("everyday", r"7\s*j?(?:ours)?\s*(?:/|sur)\s*7(?:\s*j(?:ours)?)?"),
    ("free", rf"(?:avec\s+(?:ou|et)\s+)?sans\s+{_APPOINTMENT}"),
    (
        "noise",
        r"toute\s+la\s+journee|non[ -]stop|sans\s+interruption|en\s+continu|journee\s+continue",
    ),
    (
        "only_appointment",
        rf"(?:uniquement|seulement|exclusivement)\s+(?:sur|avec)\s+{_APPOINTMENT}",
    ),
    (
        "only_appointment",
        rf"(?:sur|avec)\s+{_APPOINTMENT}\s+(?:uniquement|seulement|exclusivement)",
    ),
    ("appointment", rf"(?:sur|avec)\s+(?:prise\s+de\s+)?{_APPOINTMENT}"),
    ("except_both", _EXCEPT + _BOTH),
    ("except_public", _EXCEPT + _PUBLIC),
    ("except_school", _EXCEPT + _SCHOOL),
    ("except_school", _TERM),
    ("shut_both", _CLOSED_ON + _BOTH),
    ("shut_public", _CLOSED_ON + _PUBLIC),
    ("shut_school", _CLOSED_ON + _SCHOOL),
    ("except", _EXCEPT),
    ("and_public", rf"(?:et\s+|,\s*){_PUBLIC}"),
    ("even", r"(?:(?:les|en)\s+)?semaines?\s+paires?"),
    ("odd", r"(?:(?:les|en)\s+)?semaines?\s+impaires?"),
    ("weekdays", r"en\s+semaine(?!\s+[ab]\b)"),
    ("alldays", r"(?:tous\s+les|chaque)\s+jours?"),
    ("month", r"(?:du|de\s+chaque|par|de|tous\s+les|chaque)\s+mois"),
    ("closed", rf"{_CLOSED}|off|closed"),
    ("noise", r"horaires?|ouvertures?|ouvert(?:es|e|s)?|public|permanences?|physique"),
    ("noise", r"accueil|tous\s+les|chaque|heures?|les|le|la|des|aux"),
    ("morning", r"matin(?:s|ees|ee)?"),
    ("afternoon", r"apres[ -]?midis?|aprem|apm"),
    ("evening", r"soir(?:s|ee)?"),
    ("all_day", r"journee"),
    ("nth1", r"premiers?|1\s?ers?"),
    ("nth2", r"deuxiemes?|seconds?|2\s?(?:eme|e|nd)s?"),
    ("nth3", r"troisiemes?|3\s?(?:eme|e)s?"),
    ("nth4", r"quatriemes?|4\s?(?:eme|e)s?"),
    ("nth-1", r"derniers?"),
    ("12:00", r"midi"),
    ("24:00", r"minuit"),
    ("until", r"jusqu'\s?a"),
    ("to", r"au|a"),
    ("and", r"et|puis"),
    ("between", r"entre"),
    ("from", r"du|de"),
    ("we", "we"),
    ("weekend", r"week[ -]?ends?"),
    *((f"fr{n}", rf"(?:{french})(?![a-z]){_DOT}(?!')") for n, (french, _) in enumerate(_DAY_NAMES)),
    *((f"en{n}", rf"(?:{english})(?![a-z])\.?") for n, (_, english) in enumerate(_DAY_NAMES)),
    ("day5", r"sa(?![a-z])\.?"),
)
_SIGNS = (
    ("noise", r"[ld]'"),
    ("twelve", r"\d{1,2}(?::\d{2})?\s*[ap]\.?m\.?(?!\w)"),
    ("time", r"\d{1,2}\s*(?:h(?:eures?|rs?)?|:)\s*\d{2}(?:\s*(?:mn|min))?(?![\w:])"),
    ("time", r"\d{1,2}h\d{2}h(?!\w)"),
    ("time", r"\d{1,2}\s*h(?:eures?|rs?)?(?!\w)"),
    ("time", r"\d{1,2}\.\d{2}(?![\w.])"),
    ("number", r"\d{1,2}(?![\w:])"),
    ("until", r"-*>|-+"),
    ("plus", r"\+"),
    ("and", r"&"),
    ("double", r"//+"),
    ("bar", r"[ \t]+/[ \t]+"),
    ("slash", r"/"),
    ("break", r"[;|]"),
    ("stop", r"\."),
    ("line", r"\n"),
    ("comma", r","),
    ("colon", r":"),
    ("open", r"[(\[]"),
    ("close", r"[)\]]"),
    ("mark", r"[*\"]"),
    ("space", r"[ \t]+"),
)
_KINDS = [kind for kind, _ in _WORDS + _SIGNS]
_LEXER = re.compile(
    "|".join(
        [f"(?P<k{n}>(?:{pattern})(?![a-z]))" for n, (_, pattern) in enumerate(_WORDS)]
        + [f"(?P<k{n}>{pattern})" for n, (_, pattern) in enumerate(_SIGNS, len(_WORDS))]
    )
)
_GLUED = re.compile(r"(?<!\d)(\d{1,2})h(\d{1,2})h(?=\d{2}\b|[^\w]|$)")
_RUN_ON = re.compile(r"(\d\s?h|\d{2})(?=(?:lun|mar|mercre|jeu|vendre|same|diman)(?:di)\b)")
_TIME = re.compile(r"(\d{1,2})\D*(\d{2})?\D*")
_PLURAL = re.compile(r"(?<=[a-z]) ?\(s\)")  # "mardi(s)": not a Saturday
_SILENT = frozenset(("space", "noise", "mark"))
_ABBREVIATED = 4  # letters: "merc", "vend"


@dataclass(frozen=True, slots=True)
class Word:
    """One token.

    Attributes:
        kind: what it is: ``time``, ``day0`` (Monday), ``comma``…
        minutes: minutes after midnight when it is a time or a bare hour.
        bracketed: whether it stood alone in brackets.
        english: whether it is a day in English, as OpenStreetMap writes them.
    """

    kind: str
    minutes: int = -1
    bracketed: bool = False
    english: bool = False

    @property
    def day(self) -> int | None:
        """Number of the day (0 is Monday) that the word names, if it names one."""
        return int(self.kind[3:]) if self.kind.startswith("day") else None

    @property
    def nth(self) -> int | None:
        """Which one of the month the word says, if it is an ordinal."""
        return int(self.kind[3:]) if self.kind.startswith("nth") else None


@lru_cache(maxsize=1024)  # the names of days, and what columns of one day repeat
def words_of(text: str) -> tuple[Word, ...] | None:
    """Return the tokens of a text without its noise, or None when it holds a word unknown here."""
    plain = _plain(text)
    found: list[Word] = []
    lengths: set[int] = set()
    position = 0
    while position < len(plain):
        match = _LEXER.match(plain, position)
        if match is None:
            return None
        position = match.end()
        kind = _KINDS[int(str(match.lastgroup)[1:])]
        word = _word(kind, match[0])
        if word is None:
            return None
        if kind in _FRENCH:
            lengths.add(len(match[0].rstrip(".")))
        if word.kind not in _SILENT:
            found.append(word)
    if plain.count("*") > 1 and _has_note(found):
        return None  # "lundi 9h*, mardi 9h. *sauf jours fériés": the note is of Monday alone
    if 1 in lengths and max(lengths) > _ABBREVIATED:
        return None  # "mardi … s": a Saturday or the rest of a word?
    return _without_brackets(_without_mixed_appointments(_in_one_language(found)))


def _has_note(words: list[Word]) -> bool:
    """Do words about several days hold a remark?"""
    days = sum(word.kind in _FRENCH | _ENGLISH for word in words)
    remarks = ("except", "shut", "even", "odd", "appointment", "only_appointment")
    return days > 1 and any(word.kind.startswith(remarks) for word in words)


def _in_one_language(words: list[Word]) -> list[Word] | None:
    """Return the days their numbers; "Mar", "WE" and the like mean one thing in each language."""
    kinds = {word.kind for word in words}
    french, english = not kinds.isdisjoint(_FRENCH), not kinds.isdisjoint(_ENGLISH)
    unclear = "we" in kinds and not (french or english or kinds & {"weekdays", "alldays"})
    clocks = kinds & {"twelve", "time", "number"}
    if (french and english) or unclear or ("twelve" in clocks and len(clocks) > 1):
        return None
    return [_DAY_WORDS.get(word.kind) or _named(word, english) for word in words]


_FRENCH = frozenset(f"fr{number}" for number in range(7))
_ENGLISH = frozenset(f"en{number}" for number in range(7))
_DAY_WORDS = {f"fr{number}": Word(f"day{number}") for number in range(7)} | {
    f"en{number}": Word(f"day{number}", english=True) for number in range(7)
}


def _named(word: Word, english: bool) -> Word:
    if word.kind == "we":
        return Word("day2", english=True) if english else Word("weekend")
    if word.kind == "twelve":
        return Word("time", word.minutes)
    return word


def _without_mixed_appointments(words: list[Word] | None) -> list[Word] | None:
    """Refuse hours of which one part is by appointment and another, not separable here, is not."""
    if words is None:
        return None
    kinds = {word.kind for word in words}
    if kinds & {"appointment", "only_appointment"} and kinds & {"free", "double"}:
        return None
    plain = (Word("slash") if word.kind == "double" else word for word in words)
    return [word for word in plain if word.kind != "free"]


def _without_brackets(words: list[Word] | None) -> tuple[Word, ...] | None:
    """Take brackets away where they change nothing.

    A remark alone in brackets is marked so: it speaks of what stands before it. Times in brackets
    after other times may hold on some days only, and are not understood.
    """
    if words is None:
        return None
    if not any(word.kind in ("open", "close") for word in words):
        return tuple(words)
    found: list[Word] = []
    inside: list[Word] | None = None
    for place, word in enumerate(words):
        if word.kind not in ("open", "close"):
            (found if inside is None else inside).append(word)
        elif word.kind == "open" and inside is None:
            inside = []
        elif word.kind == "close" and inside is not None:
            after = words[place + 1].kind if place + 1 < len(words) else "end"
            if _limits_to_some_days(found, inside, after):
                return None
            found += [replace(inside[0], bracketed=True)] if len(inside) == 1 else inside
            inside = None
        else:
            return None
    return tuple(found) if inside is None else None


def _limits_to_some_days(before: list[Word], inside: list[Word], after: str) -> bool:
    clocks = ("time", "number")
    follows = bool(before) and before[-1].kind in clocks
    timed = any(word.kind in clocks for word in inside)
    dayed = any(word.day is not None for word in inside)
    return follows and (timed or (dayed and after in clocks))


def _word(kind: str, text: str) -> Word | None:
    if kind in ("12:00", "24:00"):
        return Word("time", int(kind[:2]) * 60)
    if kind == "twelve":
        return _twelve_hours(text)
    if kind not in ("time", "number"):
        return Word(kind)
    digits = _TIME.fullmatch(text)
    if digits is None:
        return None
    minutes = int(digits[1]) * 60 + int(digits[2] or 0)
    return Word(kind, minutes) if minutes <= 24 * 60 and int(digits[2] or 0) < 60 else None


def _twelve_hours(text: str) -> Word | None:
    """Read "9:30 pm": twelve in the morning is midnight, twelve in the afternoon is noon."""
    digits = _TIME.match(text)
    if digits is None or not 1 <= int(digits[1]) <= 12 or int(digits[2] or 0) >= 60:
        return None
    hours = int(digits[1]) % 12 + (12 if "p" in text else 0)
    return Word("twelve", hours * 60 + int(digits[2] or 0))


def _plain(text: str) -> str:
    spaced = text.lower().replace("à", " a ").replace("→", ">")
    plain = _PLURAL.sub("s", base_letters(spaced))
    return _GLUED.sub(_split_times, _RUN_ON.sub(r"\1 ", plain))


def _split_times(found: re.Match[str]) -> str:
    """Split "15h18h" into two times, but leave "8h30h"."""
    first, second = int(found[1]), int(found[2])
    return f"{first}h-{second}h" if first < second <= 24 else found[0]
