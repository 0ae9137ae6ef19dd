"""The invented places: together they show all that the vocabulary can say, and are marked."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.node import pole_identity
from registry.search.facts import PlaceFacts, facts_of
from registry.search.hours import open_state
from registry.settings.config import load
from samples.network import EXAMPLES, SETTINGS, networks_of, read_file
from samples.territory import POLES
from shapes.verdicts import validate, verdicts
from tests.samples.conftest import Imported
from vocab.namespaces import MED, SCHEMES
from vocab.properties import PROPERTIES, Property, properties_of
from vocab.records import Record
from vocab.schemes import concepts, schemes

SOON = timedelta(minutes=30)
BY_APPOINTMENT = "sur rendez-vous"


@pytest.fixture(scope="module")
def examples(invented: Imported) -> tuple[Record, ...]:
    return tuple(record for found in invented.values() for record in found)


@pytest.fixture(scope="module")
def networks() -> tuple[Record, ...]:
    poles = [pole_identity(load(SETTINGS[slug], {})) for slug in POLES]
    return tuple(record for pole in poles for record in networks_of(pole))


def test_each_is_named_and_marked_as_an_example(
    examples: tuple[Record, ...], networks: tuple[Record, ...]
) -> None:
    assert len(examples) == 15
    assert all(facts_of(one).name.startswith("Exemple ") for one in examples)
    assert all(facts_of(one).is_example for one in examples)
    assert all(f"<{MED}isExample>" in one.body for one in networks)
    assert all('"Exemple ' in one.body for one in networks)


def test_they_stand_in_every_pole_and_overseas(invented: Imported) -> None:
    assert {pole for pole, _ in invented} == set(POLES)
    found = [facts_of(one).departement for one in invented["zinc", EXAMPLES]]
    assert sum(len(code) == 3 for code in found) == 4


def test_the_contract_lets_them_in(
    examples: tuple[Record, ...], networks: tuple[Record, ...]
) -> None:
    assert [one for one in verdicts([*examples, *networks]) if one.is_refused] == []
    codes = {finding.code for finding in validate([*examples, *networks])}
    assert codes == {"MED-P052", "MED-P053"}, "hours that a person alone reads, hours unknown"


@pytest.mark.parametrize("said", PROPERTIES, ids=lambda said: f"{said.of}-{said.name}")
def test_every_property_of_the_table_is_shown(
    said: Property, examples: tuple[Record, ...], networks: tuple[Record, ...]
) -> None:
    shown = networks if said.of == "Network" else examples
    assert any(f"<{said.property}>" in one.body for one in shown)


def closed_lists() -> list[str]:
    """Lists that close a property, but the types of places: they are too many to invent."""
    in_use = {one.scheme for one in properties_of("Place")} - {None, "typologie"}
    return [one.slug for one in schemes() if one.slug in in_use]


@pytest.mark.parametrize("slug", closed_lists())
def test_every_value_of_the_lists_is_shown(slug: str, examples: tuple[Record, ...]) -> None:
    text = "".join(one.body for one in examples)
    assert [one.slug for one in concepts(slug) if f"<{SCHEMES}{slug}/{one.slug}>" not in text] == []


@pytest.mark.parametrize("part", ["week ", "Apr-Sep", "SH ", "PH off", "24/7", "Th[1]", '"'])
def test_unusual_hours_are_shown(part: str, examples: tuple[Record, ...]) -> None:
    assert any(part in facts_of(one).hours for one in examples)
    assert any(facts_of(one).hours_text for one in examples)


def badge(facts: PlaceFacts, moment: datetime) -> str:
    """What a badge says of a place: by its hours, else by appointment, else unknown."""
    if BY_APPOINTMENT in facts.hours:
        return "by appointment"
    state = open_state(facts.hours, facts.departement, moment)
    if state is None:
        return "unknown"
    if not state.is_open:
        return "closed, opens" if state.next_change else "closed"
    soon = state.next_change is not None and state.next_change - moment <= SOON
    return "closes soon" if soon else "open"


@pytest.mark.parametrize(
    "day", [datetime(2026, 1, 14, tzinfo=UTC), datetime(2026, 7, 14, tzinfo=UTC)]
)
def test_every_badge_is_shown_at_any_time_of_a_day(
    day: datetime, examples: tuple[Record, ...]
) -> None:
    facts = [facts_of(one) for one in examples]
    every = {"open", "closes soon", "closed, opens", "unknown", "by appointment"}
    for minutes in range(0, 24 * 60, 13):
        moment = day + timedelta(minutes=minutes)
        assert every <= {badge(one, moment) for one in facts}, moment


def test_the_networks_of_a_pole_follow_its_address() -> None:
    config = load(SETTINGS["zinc"], {"MAILLAGE_BASE_URL": "http://127.0.0.1:21005/"})
    stated = {one.iri for one in networks_of(pole_identity(config))}
    entry = next(one for one in config.imports if one.source == EXAMPLES)
    found = read_file(config, entry).records
    named = {iri for one in found for iri in facts_of(one).networks}
    assert named == stated
    assert all(iri.startswith("http://127.0.0.1:21005/id/network/exemple-") for iri in stated)
