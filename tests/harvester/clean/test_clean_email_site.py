"""E-mail and web addresses."""

import pytest

from harvester.clean.email import clean_emails
from harvester.clean.site import clean_sites

EMAILS = [
    ("mairie@ville.corsica,", ["mairie@ville.corsica"], ["email-ornaments-removed"]),
    ("accueil[a]cap-berriat.com", ["accueil@cap-berriat.com"], ["email-at-sign-restored"]),
    ("accueil@@ville.fr", ["accueil@ville.fr"], ["email-at-sign-restored"]),
    ("mulhouse@service,gouv,fr", ["mulhouse@service.gouv.fr"], ["email-comma-in-domain"]),
    ("msap@lauragais;fr", ["msap@lauragais.fr"], ["email-comma-in-domain"]),
    ("mailto:epn@ville.fr", ["epn@ville.fr"], ["email-ornaments-removed"]),
    ("courriel : epn@ville.fr", ["epn@ville.fr"], ["email-ornaments-removed"]),
    ("epn@ville.fr%A0", ["epn@ville.fr"], ["email-ornaments-removed"]),
    (".epn@ville.fr.", ["epn@ville.fr"], ["email-ornaments-removed"]),
    ("a@ville.fr ou b@ville.fr", ["a@ville.fr", "b@ville.fr"], ["email-ornaments-removed"]),
    ("a@ville.fr;b@ville.fr", ["a@ville.fr", "b@ville.fr"], []),
    ("a@ville.fr - b@ville.fr", ["a@ville.fr", "b@ville.fr"], ["email-ornaments-removed"]),
    ("a@ville.fr b@ville.fr", ["a@ville.fr", "b@ville.fr"], ["email-ornaments-removed"]),
    ("a@ville.fr|A@Ville.fr", ["a@ville.fr"], ["repeated-value-removed"]),
    ("numérique@ville.fr", ["numérique@ville.fr"], ["email-not-ascii"]),
    ("maisondes services@nogentleroi.fr", [], ["email-unreadable"]),
    ("mdsba@cc montsdupilat.fr", [], ["email-unreadable"]),
    ("mfs@ville-louvres", [], ["email-unreadable"]),
    ("via le compte ameli", [], ["email-unreadable"]),
    ("https://www.ccals.fr/contact/", [], ["email-is-web-address"]),
    ("Citoyens.Aixois@ville.fr", ["Citoyens.Aixois@ville.fr"], []),
]

SITES = [
    ("www.mairiepietradiverde.fr", ["http://www.mairiepietradiverde.fr"], ["site-scheme-added"]),
    ("campitello.fr", ["http://campitello.fr"], ["site-scheme-added"]),
    ("http://http://www.cs.fr", ["http://www.cs.fr"], ["site-scheme-mended"]),
    ("http://https://isere.fr/", ["https://isere.fr/"], ["site-scheme-mended"]),
    ("https ://www.x.fr", ["https://www.x.fr"], ["site-scheme-mended"]),
    ("https//:www.x.fr", ["https://www.x.fr"], ["site-scheme-mended"]),
    ("http:/x.fr", ["http://x.fr"], ["site-scheme-mended"]),
    ("httpwww.x.fr", ["http://www.x.fr"], ["site-scheme-mended"]),
    ("https:\\\\www.x.fr\\", ["https://www.x.fr/"], ["site-scheme-mended"]),
    ("www,x.fr", ["http://www.x.fr"], ["site-scheme-mended", "site-scheme-added"]),
    ("http://", [], ["site-bare-scheme"]),
    (
        "https://a.fr/ ou http://www.b.fr",
        ["https://a.fr/", "http://www.b.fr"],
        ["site-ornaments-removed"],
    ),
    ("https://a.fr, www.b.fr/C", ["https://a.fr", "http://www.b.fr/C"], ["site-scheme-added"]),
    ("https://a.frhttps://b.fr", ["https://a.fr", "https://b.fr"], ["site-ornaments-removed"]),
    ("https://a.fr/ (refonte en-cours)", ["https://a.fr/"], ["site-text-left-out"]),
    (
        "http://k.org|k.org]]",
        ["http://k.org"],
        ["site-ornaments-removed", "site-scheme-added", "repeated-value-removed"],
    ),
    ("https://a.fr/x[1]", ["https://a.fr/x%5B1%5D"], ["site-characters-encoded"]),
    ("https://a.fr/100%/x", ["https://a.fr/100%25/x"], ["site-characters-encoded"]),
    ("https://a.fr/%C3%A9", ["https://a.fr/%C3%A9"], []),
    ("https://a.fr/\ufdd0", ["https://a.fr/%EF%B7%90"], ["site-characters-encoded"]),
    ("HTTPS://A.fr/X", ["https://A.fr/X"], ["site-scheme-mended"]),
    ("(https://a.fr)", ["https://a.fr"], ["site-ornaments-removed"]),
    ("https://a.fr/coupé-là…", [], ["site-cut-short"]),
    ("ttps://x.fr/y", ["https://x.fr/y"], ["site-scheme-mended"]),
    ("mairie@bernay27.fr", [], ["site-is-email"]),
    ("http://mairie@bernay27.fr", [], ["site-is-email"]),
    (
        "www.a-ville.fr www.facebook.com/AVille",
        ["http://www.a-ville.fr", "http://www.facebook.com/AVille"],
        ["site-scheme-added"] * 2,
    ),
    (
        "facebook.com/lepixel instagram.com/lepixel",
        ["http://facebook.com/lepixel", "http://instagram.com/lepixel"],
        ["site-scheme-added"] * 2,
    ),
    ("a.fr, b.fr/c", ["http://a.fr", "http://b.fr/c"], ["site-scheme-added"] * 2),
    ("a.fr et https://b.fr", ["http://a.fr", "https://b.fr"], ["site-scheme-added"]),
    ("Voir ville.fr demain", [], ["site-unreadable"]),
    ("http://90.84.243.68/opac/index.aspx", ["http://90.84.243.68/opac/index.aspx"], []),
    ("http://90.84.243.68:8080", ["http://90.84.243.68:8080"], []),
    ("http://[2001:41d0:1::1]/x", ["http://[2001:41d0:1::1]/x"], []),
    ("http://192.168.1.10/opac", [], ["site-not-public"]),
    ("http://127.0.0.1/", [], ["site-not-public"]),
    ("http://999.1.1.1/", [], ["site-not-public"]),
    ("http://localhost/x", [], ["site-unreadable"]),
    ("@FabMake", [], ["site-unreadable"]),
    ("Facebook : milosudcorse", [], ["site-unreadable"]),
    ("http://Info Jeunes Désertines PIJ", [], ["site-unreadable"]),
    ("http://www.souzay.Mairie et services49.fr/", [], ["site-unreadable"]),
    ("58928", [], ["site-unreadable"]),
]


@pytest.mark.parametrize(("written", "addresses", "rules"), EMAILS)
def test_emails(written: str, addresses: list[str], rules: list[str]) -> None:
    found = clean_emails("courriels", written)
    assert list(found.values) == addresses
    assert [note.rule for note in found.notes] == rules


@pytest.mark.parametrize(("written", "addresses", "rules"), SITES)
def test_sites(written: str, addresses: list[str], rules: list[str]) -> None:
    found = clean_sites("site_web", written)
    assert list(found.values) == addresses
    assert [note.rule for note in found.notes] == rules


@pytest.mark.parametrize(
    "right",
    [
        "https://m.facebook.com/LaQuincaillerie/?id=A%20B&Case=Kept#Top",
        "https://web.archive.org/web/2020/http://x.fr/",
        "https://m.facebook.com/Solidarité-28/",
        "http://www.lucé.fr/index.php?Rub0=6",
        "https://isere.fr:8443/a;b,c",
    ],
)
def test_right_sites_keep_even_their_case(right: str) -> None:
    assert clean_sites("site_web", right).values == (right,)
    assert clean_sites("site_web", right).notes == ()
