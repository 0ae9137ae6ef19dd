"""Names that people use and no code of communes has: quarters, valleys, islands, short forms."""

import pytest

from registry.find.phrase import understand
from registry.find.places import locate
from tests.registry.find.reading import notation
from vocab.lands import other_names, quarters
from vocab.territory import communes_by_name

# What is typed | what it means | the part of it whose name was typed
NAMES = """
Sophia Antipolis          | 06152        | Sophia-Antipolis
Sophia-Antipolis          | 06152        | Sophia-Antipolis
les minguettes            | 69259        | Les Minguettes
Bellecour                 | 69382        | Bellecour
Gare de Lyon              | 75112        | Gare de Lyon
gare du nord              | 75110        | Gare du Nord
Aéroport Roissy           | 95527        | Aéroport Roissy
Hellemmes                 | 59350        | Hellemmes
Equeurdreville            | 50129        | Équeurdreville
Annecy-le-Vieux           | 74010        | Annecy-le-Vieux
Lomme                     | 59350        | Lomme
Wazemmes                  | 59350        | Wazemmes
Hautepierre               | 67482        | Hautepierre
Villejean Rennes          | 35238        | Villejean
Rennes Villejean          | 35238        | Villejean
Villejean à Rennes        | 35238        | Villejean
Le Mirail Toulouse        | 31555        | Le Mirail
la guillotière Lyon       | 69387        | Guillotière
Annecy-le-Vieux Annecy    | 74010        | Annecy-le-Vieux
Les Minguettes Vénissieux | 69259        | Les Minguettes
Lyon Part-Dieu            | 69383        | Part-Dieu
Cannes la Bocca           | 06029        | Cannes-la-Bocca
Val Thorens               | 73257        | Val Thorens
N.D. de Gravenchon        | 76476        | Notre-Dame-de-Gravenchon
Molène                    | 29084        |
Île de Molène             | 29084        |
Houat                     | 56086        |
île de Groix              | 56069        |
île d'Ouessant            | 29155        |
ile de sein               | 29083        |
aix en pce                | 13001        |
clermont fd               | 63113        |
Clermont-Fd               | 63113        |
Clermont Fd 63            | 63113        |
Clermont Fd (63)          | 63113        |
Chalon s/ Saône           | 71076        |
Fontenay ss Bois          | 94033        |
Mt de Marsan              | 40192        |
Bourg Bresse              | 01053        |
Villefranche Saône        | 69264        |
Saint Laurent Var         | 06123        |
Pays de Loire             | reg:52       |
Haut de France            | reg:32       |
haut-de-france            | reg:32       |
Alpes Haute Provence      | dep:04       |
gare de Lorgues           | 83072        |
mairie de Foix            | 09122        |
centre ville de Toulouse  | 31555        |
Saint-Quentin-en-Yvelines | land:saint-quentin-en-yvelines |
Cotentin                  | land:le-cotentin  |
le Morvan                 | land:le-morvan    |
Cévennes                  | land:les-cevennes |
dans les Cévennes         | land:les-cevennes |
Maurienne                 | land:la-maurienne |
Provence                  | land:provence     |
Les Aubiers               | ask:79195|33063 | Les Aubiers
Octeville                 | ask:76481|50129 | Octeville
Montfort                  | ask:35188|72241|78420|04127|64403 |
Saint-Pierre-sous-Roche   | none         |
gare de Zzyzx             | none         |
"""


@pytest.mark.parametrize("line", NAMES.strip().split("\n"))
def test_a_name_in_use_is_understood(line: str) -> None:
    typed, rest = line.split("|", 1)
    expected, former = rest.rsplit("|", 1)
    found = locate(typed.strip())
    assert notation(found) == expected.strip()
    assert (found.former if found else "") == former.strip()


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("imprimer Villejean Rennes", "35238"),
        ("wifi à Wazemmes", "59350"),
        ("caf Clermont Fd 63", "63113"),
        ("wifi gare de Lyon", "75112"),
        ("impots Pays de Loire", "reg:52"),
        ("cours haut de france", "reg:32"),
        ("impots Saint-Quentin-en-Yvelines", "land:saint-quentin-en-yvelines"),
        ("aide au sein de la famille", "none"),
        ("mail", "none"),
    ],
)
def test_the_same_beside_a_need(need: str, expected: str) -> None:
    assert notation(understand(need).located) == expected


def test_what_was_written_in_short_is_said() -> None:
    for typed in ("Bourg Bresse", "Molène", "gare de Lorgues"):
        found = locate(typed)
        assert found
        assert found.corrected == typed


def test_no_quarter_hides_a_commune_of_more_than_a_few() -> None:
    assert set(quarters()) <= set(other_names())
    hidden = [one for key in quarters() for one in communes_by_name().get(key, ())]
    assert all(one.population < 1_000 for one in hidden)
