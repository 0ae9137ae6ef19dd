"""Each code that a report may name has a page that says what, why, how to mend, with an example."""

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from shapes.harvest_rules import families, harvest_rules
from shapes.rules import rules
from tests.registry.web.network_of_tests import plain


def test_every_shape_rule_has_its_page(visitor: FlaskClient) -> None:
    for rule in rules():
        for prefix, lang in (("", "fr"), ("/en", "en")):
            page = plain(visitor.get(f"{prefix}/regles/{rule.code}").text)
            assert plain(str(escape(rule.reason.message(lang)))) in page, rule.code
            assert plain(str(escape(rule.name.message(lang)))) in page, rule.code


def test_every_rule_of_the_harvester_has_its_page(visitor: FlaskClient) -> None:
    catalogue = visitor.get("/en/regles").text
    for code, rule in harvest_rules().items():
        for prefix, lang in (("", "fr"), ("/en", "en")):
            page = plain(visitor.get(f"{prefix}/regles/{code}").text)
            assert plain(str(escape(rule.message(lang)))) in page, code
            assert plain(str(escape(rule.family.reason.message(lang)))) in page, code
            assert plain(str(escape(rule.family.check))) in page, code
        assert f'href="/en/regles/{code}"' in catalogue
        assert "{" not in rule.message("fr") + rule.message("en"), code


def test_families_are_told_in_both_languages() -> None:
    assert {code[:6] for code in harvest_rules()} == set(families())
    for family in families().values():
        assert family.name.message("fr") != family.name
        assert family.reason.message("fr") != family.reason


@pytest.mark.parametrize("code", ["MED-Z999", "med-p001", "<script>", "MED-H207"])
def test_a_code_that_is_none_is_not_found(visitor: FlaskClient, code: str) -> None:
    assert visitor.get(f"/regles/{code}").status_code == 404


def test_a_report_leads_to_the_page_of_each_rule(visitor: FlaskClient) -> None:
    assert 'href="/regles/MED-P001"' in visitor.get("/moissons/3").text
