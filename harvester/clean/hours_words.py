"""The words of opening hours in French (and of broken OSM): a closed vocabulary of tokens.

A word that is not in the vocabulary makes the whole text untranslatable: hours that are not fully
understood are kept as they were written, never half converted.
"""

import re
import unicodedata
from dataclasses import dataclass

_DAY_NAMES = (
    r"lundis?|lun|lu|l|monday|mon?",
    r"mardis?|mard?|ma|tuesday|tue?",
    r"mercredis?|mercr?|mer|me|wednesday|wed?",
    r"jeudis?|jeu|je|j|thursday|thu?",
    r"vendredis?|vendr?|ven|ve|v|friday|fri?",
    r"samedis?|sam|sa|s|saturday|sat",
    r"dimanches?|dim|di|d|sunday|sun?",
)
_VISIT = r"(?:rdv|rendez[ -]?vous)"
_EXCEPT = r"(?:sauf|hors|excepte|ferme[es]*)\s*,?\s*(?:(?:les|des|pendant|durant|pour|en)\s+){0,2}"
_WORDS = (
    ("around", r"24\s*h?(?:eures)?\s*(?:/|sur)\s*24\s*(?:h(?:eures)?)?"),
    ("everyday", r"7\s*j?(?:ours)?\s*(?:/|sur)\s*7(?:\s*j(?:ours)?)?"),
    ("free", rf"(?:avec\s+(?:ou|et)\s+)?sans\s+{_VISIT}"),
    (
        "noise",
        r"toute\s+la\s+journee|non[ -]stop|sans\s+interruption|en\s+continu|journee\s+continue",
    ),
    ("only_visit", rf"(?:uniquement|seulement|exclusivement)\s+(?:sur|avec)\s+{_VISIT}"),
    ("only_visit", rf"(?:sur|avec)\s+{_VISIT}\s+(?:uniquement|seulement|exclusivement)"),
    ("visit", rf"(?:sur|avec)\s+(?:prise\s+de\s+)?{_VISIT}"),
    ("public_off", _EXCEPT + r"jours?\s+feries?"),
    ("school_off", _EXCEPT + r"(?:periodes?\s+(?:de\s+)?)?vacances(?:\s+scolaires?)?"),
    ("school_off", r"(?:en|pendant|durant)\s+(?:la\s+)?periodes?\s+scolaires?"),
    ("even", r"(?:(?:les|en)\s+)?semaines?\s+paires?"),
    ("odd", r"(?:(?:les|en)\s+)?semaines?\s+impaires?"),
    ("month", r"(?:du|de\s+chaque|par|de|tous\s+les|chaque)\s+mois"),
    ("closed", r"fermeture|ferme(?:es|e|s)?|off|closed"),
    ("noise", r"horaires?|ouvertures?|ouvert(?:es|e|s)?|public|permanences?|physique"),
    ("noise", r"accueil|tous\s+les|chaque|heures?|les|le|la|des|aux"),
    ("period", r"matin(?:s|ees|ee)?|apres[ -]?midis?|aprem|soir(?:s|ee)?|journee|am|pm"),
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
    *(
        (f"day{number}", rf"(?:{names})(?![a-z])\.?(?!')")
        for number, names in enumerate(_DAY_NAMES)
    ),
)
_SIGNS = (
    ("noise", r"[ld]'"),
    ("time", r"\d{1,2}\s*(?:h(?:eures?|rs?)?|:)\s*\d{2}(?:\s*(?:mn|min))?(?![\w:])"),
    ("time", r"\d{1,2}h\d{2}h(?!\w)"),
    ("time", r"\d{1,2}\s*h(?:eures?|rs?)?(?!\w)"),
    ("time", r"\d{1,2}\.\d{2}(?![\w.])"),
    ("number", r"\d{1,2}(?![\w:])"),
    ("until", r"-*>|-+"),
    ("and", r"[&+]"),
    ("double", r"//+"),
    ("slash", r"/"),
    ("break", r"[;|.]"),
    ("line", r"\n"),
    ("comma", r","),
    ("colon", r":"),
    ("bracket", r"[()\[\]*\"]"),
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
_DASHES = str.maketrans({"–": "-", "—": "-", "−": "-", "‑": "-", "’": "'", "‘": "'", "→": ">"})
_TIME = re.compile(r"(\d{1,2})\D*(\d{2})?\D*")


@dataclass(frozen=True, slots=True)
class Word:
    """One token: its kind, and minutes after midnight when it is a time or a bare hour."""

    kind: str
    minutes: int = -1

    @property
    def day(self) -> int | None:
        """Number of the day (0 is Monday) that the word names, if it names one."""
        return int(self.kind[3:]) if self.kind.startswith("day") else None

    @property
    def nth(self) -> int | None:
        """Which one of the month the word says, if it is an ordinal."""
        return int(self.kind[3:]) if self.kind.startswith("nth") else None


def words_of(text: str) -> tuple[Word, ...] | None:
    """Give the tokens of a text without its noise, or None when it holds a word unknown here."""
    plain = _plain(text)
    found: list[Word] = []
    position = 0
    while position < len(plain):
        match = _LEXER.match(plain, position)
        if match is None:
            return None
        position = match.end()
        word = _word(_KINDS[int(str(match.lastgroup)[1:])], match[0])
        if word is None:
            return None
        if word.kind not in ("space", "noise", "bracket"):
            found.append(word)
    return _in_one_voice(found)


def _in_one_voice(words: list[Word]) -> tuple[Word, ...] | None:
    """Refuse hours of which one part, not told apart here, is by appointment and another is not."""
    kinds = {word.kind for word in words}
    if kinds & {"visit", "only_visit"} and kinds & {"free", "double"}:
        return None
    plain = (Word("slash") if word.kind == "double" else word for word in words)
    return tuple(word for word in plain if word.kind != "free")


def _word(kind: str, text: str) -> Word | None:
    if kind in ("12:00", "24:00"):
        return Word("time", int(kind[:2]) * 60)
    if kind not in ("time", "number"):
        return Word(kind)
    digits = _TIME.fullmatch(text)
    if digits is None:
        return None
    minutes = int(digits[1]) * 60 + int(digits[2] or 0)
    return Word(kind, minutes) if minutes <= 24 * 60 and int(digits[2] or 0) < 60 else None


def _plain(text: str) -> str:
    spaced = text.translate(_DASHES).lower().replace("à", " a ")
    letters = unicodedata.normalize("NFKD", spaced)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _GLUED.sub(_unglue, _RUN_ON.sub(r"\1 ", plain))


def _unglue(found: re.Match[str]) -> str:
    """Part "15h18h" into two times, but leave "8h30h"."""
    first, second = int(found[1]), int(found[2])
    return f"{first}h-{second}h" if first < second <= 24 else found[0]
