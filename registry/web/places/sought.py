"""What somebody looks for, in words: each list of values has its own way to be said."""

from collections.abc import Iterable

from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext
from registry.web.site.labels import concept_label
from vocab.namespaces import SCHEMES

_SAID = {
    "typologie": lazy_gettext("a place of the kind “{name}”"),
    "prises-en-charge": lazy_gettext("a suitable welcome ({name})"),
    "programmes": lazy_gettext("a place of the programme “{name}”"),
    "formations-labels": lazy_gettext("a place with the label “{name}”"),
    "publics": lazy_gettext("a place for {name}"),
    "frais": lazy_gettext("fees: {name}"),
    "modalites-acces": lazy_gettext("this way in: {name}"),
    "modalites-accompagnement": lazy_gettext("this kind of help: {name}"),
}
"""How a value is said inside a sentence, by its list; services are said by their names."""
_SAID_OTHERWISE = {
    "modalites-acces/se-presenter": lazy_gettext("without an appointment"),
    "modalites-acces/prendre-un-rdv-en-ligne": lazy_gettext("appointments made online"),
    "itinerance/itinerant": lazy_gettext("somebody who comes to people"),
    "modalites-accompagnement/a-distance": lazy_gettext("help by telephone or video call"),
}
"""How people say what the list calls otherwise: who asks for it types that."""
_NAMES = ("typologie", "programmes", "formations-labels")
"""Lists whose values are names, which keep their capitals."""


def in_words(concept: str) -> str:
    """Return what is looked for, inside a sentence.

    Args:
        concept: list and slug, as ``typologie/fablab``.
    """
    if concept in _SAID_OTHERWISE:
        return str(_SAID_OTHERWISE[concept])
    scheme = concept.partition("/")[0]
    label = concept_label(SCHEMES + concept)
    name = label if scheme in _NAMES or _is_name(label) else label[:1].lower() + label[1:]
    said = _SAID.get(scheme)
    return str(said).format(name=name) if said else name


def alternatives(concepts: Iterable[str]) -> str:
    """Return several values of which one is enough.

    A programme says nothing more than the kind of place that runs it, beside which it is left out:
    « CAF » is a place of that kind, whatever it is called in a list of programmes.
    """
    found = list(concepts)
    if any(one.startswith("typologie/") for one in found):
        found = [one for one in found if not one.startswith("programmes/")]
    return f" {_('or')} ".join(map(in_words, found))


def together(concepts: Iterable[str]) -> str:
    """Return several values that are asked for together."""
    return f" {_('and')} ".join(map(in_words, concepts))


def _is_name(label: str) -> bool:
    """Whether a label has a capital besides its first: an acronym, « FabLab », a name of two."""
    return label[1:] != label[1:].lower()
