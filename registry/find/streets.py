"""Streets: where one begins among words, and which words after it are its town.

« 5 rue de la Paix Lorgues » ends with a village; « rue Paul Bert » does not, though Bert is one.
"""

from collections.abc import Sequence

from registry.find.prepositions import LINKS

Words = Sequence[str]
_SURELY = frozenset({"rue", "avenue", "boulevard", "bd", "blvd", "impasse", "quai", "faubourg"})
"""What names a street with or without a number."""
_AFTER_A_NUMBER = _SURELY | {
    "av", "ave", "bld", "chemin", "imp", "allee", "allees", "square", "esplanade", "fbg", "ruelle",
    "lotissement", "hameau", "venelle", "sentier", "promenade", "montee", "traverse", "cite",
    "residence", "place", "pl", "cours", "route", "rte", "passage", "voie", "parvis", "mail",
    "pont", "port", "parc", "clos", "rond", "villa",
}  # fmt: skip
"""What names a street after its number, and much else without one."""
_ALONE = frozenset(
    {"place", "chemin", "route", "rte", "allee", "allees", "square", "impasse", "lotissement",
     "hameau", "residence", "cite", "passage", "ruelle", "esplanade", "lieudit", "za", "zac", "zi"}
)  # fmt: skip
"""What names a street without a number where nothing but an address stands."""
_REPEATED = frozenset({"bis", "ter", "quater", "b", "t"})
_LARGE = frozenset({"grande", "grand", "petite", "vieille", "ancienne", "ancien"})
"""Before « rue » in « 14 Grande Rue »."""
_LONGEST_NUMBER = 4
_ARTICLES = frozenset({"la", "le", "les", "l", "au", "aux"})
_FIRST_NAMES = frozenset(
    {"adolphe", "albert", "alexandre", "alfred", "alphonse", "amedee", "anatole", "andre",
     "antoine", "aristide", "arthur", "auguste", "barthelemy", "blaise", "camille", "charles",
     "claude", "clement", "denis", "edmond", "edouard", "emile", "ernest", "etienne", "eugene",
     "felix", "ferdinand", "francis", "francois", "frederic", "gabriel", "gaston", "georges",
     "gerard", "gustave", "guy", "helene", "henri", "hector", "honore", "hubert", "jacques",
     "jean", "jeanne", "joseph", "jules", "julien", "leon", "louis", "louise", "lucien", "marc",
     "marcel", "marie", "martin", "maurice", "michel", "nicolas", "olivier", "paul", "philippe",
     "pierre", "raoul", "raymond", "rene", "robert", "roger", "romain", "rosa", "sadi", "simone",
     "theodore", "thomas", "victor", "vincent", "yves", "guillaume", "faubourg", "fbg",
     "general", "marechal", "colonel", "capitaine", "commandant", "docteur", "president", "abbe",
     "amiral", "lieutenant", "professeur", "saint", "sainte"}
)  # fmt: skip
"""With these the name of a street goes on: Bert, Bart and Macé are villages too."""


def is_of_street(words: Words) -> bool:
    """Return whether what follows some words is the rest of a street: « 12 rue de » Paris."""
    end = len(words)
    while end and words[end - 1] in LINKS:
        end -= 1
    return end > 0 and (words[end - 1] in _SURELY or begins_street(words, max(0, end - 2)))


def begins_street(words: Words, at: int) -> bool:
    """Whether a street begins at a word: « 12 rue », « 12 bis, place », « avenue Foch »."""
    word, after = words[at], list(words[at + 1 : at + 4])
    if word in _SURELY:
        return bool(after)
    if not word.isdecimal() or len(word) > _LONGEST_NUMBER:
        return False
    if len(after) > 1 and after[0] in _REPEATED:
        del after[0]
    if len(after) > 1 and after[0] in _LARGE:
        del after[0]
    return bool(after) and after[0] in _AFTER_A_NUMBER


def begins_address(words: Words) -> bool:
    """Whether a street begins some words of which all are an address: « place de la mairie »."""
    return bool(words) and (words[0] in _ALONE or begins_street(words, 0))


def town_of_street(words: Words) -> tuple[int, ...]:
    """Return where the town may begin after a street with which some words begin.

    It follows the name of the street, not its « de » nor a first name.

    >>> town_of_street("5 rue de la paix lorgues".split()), town_of_street(["rue", "paul", "bert"])
    ((4, 5), ())
    """
    if not begins_address(words):
        return ()
    first = next(at for at in range(len(words)) if words[at] in _AFTER_A_NUMBER | _ALONE) + 1
    named = [at for at in range(first, len(words)) if words[at] not in LINKS | _ARTICLES]
    return tuple(
        at
        for at in range((named[0] if named else len(words)) + 1, len(words))
        if words[at - 1] not in LINKS | _ARTICLES | _FIRST_NAMES and words[at] not in LINKS
    )
