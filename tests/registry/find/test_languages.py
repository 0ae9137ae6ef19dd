"""The commonest needs in languages of newcomers, and honest words where nothing is understood."""

import pytest

from registry.find.phrase import understand
from tests.registry.find.reading import notation

_ACCESS = "services/acces-internet-et-materiel-informatique"
_PROCEDURES = "services/aide-aux-demarches-administratives"
_EVERYDAY = "services/maitrise-des-outils-numeriques-du-quotidien"
_WORK = "services/insertion-professionnelle-via-le-numerique"

PHRASES = {
    _ACCESS: "imprimir; quiero imprimir un documento; internet gratis; preciso imprimir; yazıcı;"
    " yazici; belge yazdırmak istiyorum; internet; роздрукувати документ; інтернет; друк; طباعة;"
    " أريد طباعة وثيقة; إنترنت; free wifi; print a document; where can I print",
    _PROCEDURES: "necesito ayuda con los impuestos; ayuda con papeles; permiso de residencia;"
    " ajuda com impostos; autorização de residência; oturum izni; vergi yardımı; evrak;"
    " допомога з документами; посвідка на проживання; مساعدة إدارية; بطاقة الإقامة; الضرائب;"
    " help with taxes; residence permit",
    _EVERYDAY: "ordenador; quiero aprender informática; computador; bilgisayar kursu; комп'ютер;"
    " كمبيوتر; learn to use my phone",
    _WORK: "busco trabajo; trabalho; iş arıyorum; шукаю роботу; أبحث عن عمل; find a job",
}


@pytest.mark.parametrize(
    ("service", "typed"),
    [(service, typed.strip()) for service, all_ in PHRASES.items() for typed in all_.split(";")],
)
def test_a_basic_need_is_understood(service: str, typed: str) -> None:
    found = understand(typed)
    assert found.declared == (service,)
    assert found.names == ()


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("help with taxes in Lyon", "69123"),
        ("print a document near me", "gps"),
        ("free computer class near Toulouse", "31555"),
        ("библиотека Париж", "75056"),
        ("طباعة ليون", "69123"),
        ("imprimir Marsella", "13055"),
    ],
)
def test_a_place_is_understood_beside_it(typed: str, where: str) -> None:
    assert notation(understand(typed).located) == where


@pytest.mark.parametrize(
    "typed", ["打印", "hulp nodig", "afdrukken", "cita previa", "yardımcı", "skriva ut"]
)
def test_other_words_are_not_taken_for_something_else(typed: str) -> None:
    assert understand(typed).nothing_understood


@pytest.mark.parametrize("typed", ["impression", "importer", "traverse", "papeterie", "movie"])
def test_french_words_are_not_mistaken_for_foreign_ones(typed: str) -> None:
    exact = understand(typed).declared
    assert exact in ((), (_ACCESS,))
