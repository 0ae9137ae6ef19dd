"""The settings of a node: a TOML file, then ``MAILLAGE_*`` in the environment, then flags.

Every setting is listed in ``docs/configuration.md``; a test keeps the list complete.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import platformdirs

from registry.settings.accounts import (
    AccountsSettings,
    CorrectionsSettings,
    JoiningSettings,
    MailSettings,
    MailTls,
    SecondFactor,
    check_accounts_settings,
    check_mail_settings,
)
from registry.settings.addresses import AddressSettings, check_address_settings
from registry.settings.cluster import check_cluster
from registry.settings.legal import Conformity, LegalSettings, check_conformity
from registry.settings.oidc import OidcSettings, check_oidc_settings
from registry.settings.tiles import MapSettings, check_tiles, within
from registry.settings.variables import PREFIX, nearest, unknown
from vocab.errors import UsageError
from vocab.messages import Message
from vocab.namespaces import NOT_IN_IRI
from vocab.redaction import public
from vocab.slugs import VALID

DEFAULT_LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+\Z")
LONGEST_PERIOD_S = 10 * 365 * 86_400
"""Longest time between two harvests of a source that can be asked for, in seconds."""
_RANGES = {
    "threads": (1, 256),
    "processes": (0, 256),
    "port": (0, 65_535),
    "query_seconds": (1, 86_400),
    "harvest_every_s": (0, LONGEST_PERIOD_S),
    "stuck_after_s": (1, LONGEST_PERIOD_S),
    "kept_answers_mb": (0, 1_000_000),
    "kept_queries_mb": (0, 1_000_000),
    "checked_mb": (0, 100),
    "reread_days": (0, 3_650),
    "mail_port": (0, 65_535),
}
_NUMBERS = _RANGES.keys()
_KINDS = {
    str: (Message("a text"), str),
    int: (Message("a whole number"), int),
    bool: (Message("true or false"), bool),
    Path: (Message("a path"), str | Path),
    tuple: (Message("a list of texts"), list | tuple),
}
"""What a setting must be, in words, and as TOML, the environment or a flag gives it."""
_NO_IRI = re.compile(rf"[{NOT_IN_IRI}\x7f]")
_SHOWN = 60
_T = TypeVar("_T")
_FLAGS = {
    "sample_notice",
    "unanswered",
    "accounts_enabled",
    "corrections_enabled",
    "corrections_published",
    "joining_enabled",
    "oidc_allow_private",
}
_CREDENTIALS = ("cluster_ca", "cluster_cert", "cluster_key")
_HARVEST = frozenset({"cluster", *_CREDENTIALS})
"""Settings of the section ``[harvest]``."""
_PREFIXED = ("map", "addresses", "accounts", "oidc", "mail", "corrections", "joining", "legal")
"""Sections whose settings are those of the configuration without the section's name before them."""
_SECTIONS = (
    MapSettings,
    AddressSettings,
    AccountsSettings,
    OidcSettings,
    MailSettings,
    CorrectionsSettings,
    JoiningSettings,
    LegalSettings,
)
_NO_NAME = re.compile(rf"[\s/?#%{NOT_IN_IRI}\x7f]")
"""What no name of a source may have: addresses and IRIs are made of it."""
_YES = frozenset({"1", "true", "yes", "oui"})
_NO = frozenset({"", "0", "false", "no", "non"})


class Reach(StrEnum):
    """Which sources visitors may have tried by a dry run; never one that needs credentials.

    ``off``: none. ``public``: those on the open web. ``private``: those registered with
    ``allow_private`` as well.
    """

    OFF = "off"
    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, slots=True)
class Pole:
    """What a pole says of itself, empty where it says nothing; no person is named, only a role.

    Attributes:
        legal_form: such as ``association loi 1901``.
        street: seat, street part.
        postcode: seat, five digits.
        locality: seat, commune.
        representative_role: role of who signs for the pole, such as ``présidente``.
        homepage: the pole's own site.
        contact_email: address of a service, never of a person.
        telephone: number of a service, in international form.
        description: what it is and does, in French.
        departements: codes of the départements it speaks for.
        licence: IRI of the licence of its feed.
    """

    name: str
    legal_form: str = ""
    street: str = ""
    postcode: str = ""
    locality: str = ""
    representative_role: str = ""
    homepage: str = ""
    contact_email: str = ""
    telephone: str = ""
    description: str = ""
    departements: tuple[str, ...] = ()
    licence: str = DEFAULT_LICENCE


@dataclass(frozen=True, slots=True)
class ImportSettings:
    """One spreadsheet of a pole; ``mapping`` is None when the columns are the national ones."""

    source: str
    file: Path
    mapping: Path | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one node.

    Attributes:
        data: folder that holds everything the node keeps.
        base_url: address where the node serves, ending in a slash; it may have a path.
        namespace: prefix of the IRIs that the node mints; ``base_url + "id/"`` unless set.
        threads: threads of each process of the web server.
        processes: processes of the web server; 0 means one for each core.
        trusted_proxy: address of the reverse proxy whose ``X-Forwarded-For`` names the client;
            empty when there is none.
        ledger_url: SQLAlchemy URL of the ledger; empty means SQLite in the data folder.
        store_query_url: address of a remote SPARQL service; empty means the embedded store.
        store_update_url: address of that service's updates.
        store_authorization: value of the ``Authorization`` header for it: give it by environment.
        harvest_every_s: default period of a source, in seconds.
        reread_days: longest time, in days, in which a source is believed to have nothing new.
        stuck_after_s: longest silence of a harvest, in seconds, before it is stuck.
        web_trials: which sources visitors may have tried by a dry run.
        unanswered: the words of questions that found nothing are counted, for thirty days.
        kept_answers_mb: megabytes of whole answers that each web process keeps; 0 for none.
        kept_queries_mb: megabytes of answers to SPARQL queries that the node keeps; 0 for none.
        checked_mb: megabytes of the largest file that visitors may have checked; 0 for none.
        cluster: address of the scheduler whose workers harvest; empty for this machine's own.
        cluster_ca: path of the certificate of the cluster's authority.
        cluster_cert: path of the certificate by which this node is known there.
        map_tiles: address of raster tiles, or path of a raster PMTiles file, below the map of
            results; empty for the outlines of the node alone.
        map_credit: who made those tiles.
        accounts_enabled: poles' editors and the node's operators sign in.
        accounts_second_factor: who must have a second factor: nobody (``optional``),
            ``operators`` or ``everyone``.
        accounts_secret: what forms are sealed with: give it by environment; empty means the key
            that ``maillage account`` keeps in the data folder.
        addresses_url: address of the service that finds addresses, for editors; empty for none.
        oidc_issuer: address that names the provider of identities by which people may sign in as
            well; empty for none.
        oidc_client_id: how the provider calls this node.
        oidc_client_secret_file: path of the file with the secret that it shares with this node.
        oidc_label: how the button names the provider.
        oidc_scopes: what is asked for.
        oidc_algorithms: by which tokens may be signed.
        oidc_acr: levels of assurance, one of which a sign-in must have; empty for any.
        oidc_allow_private: the provider may live on this machine or a private network.
        mail_host: SMTP server; empty for a node that sends no mail.
        mail_port: its port; 0 for the usual one.
        mail_tls: ``starttls``, ``tls``, or ``none`` on the machine itself.
        mail_user: who signs in there.
        mail_password_variable: name of the variable that holds the password.
        mail_sender: address that mails come from.
        corrections_enabled: visitors propose corrections from the page of a place.
        corrections_published: anybody may read of each its place, its field and its state.
        joining_enabled: organisations ask to join by a public form, where people sign in at all.
        legal_publisher: organisation that publishes the site; empty for that of ``pole``.
        legal_address: its seat.
        legal_director: who answers for what is published.
        legal_host: company that hosts the site.
        legal_host_address: its seat.
        legal_host_phone: its number.
        legal_accessibility: what an audit found: ``none``, ``partial`` or ``full``.
        contact: address or URL named in the harvester's User-Agent.
        sample_notice: pages say that the network is a sample.
    """

    data: Path
    slug: str = "maillage"
    title: str = "Maillage"
    base_url: str = "http://127.0.0.1:8000/"
    namespace: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8
    processes: int = 0
    trusted_proxy: str = ""
    ledger_url: str = ""
    store_query_url: str = ""
    store_update_url: str = ""
    store_authorization: str = field(default="", repr=False)
    query_seconds: int = 10
    harvest_every_s: int = 86_400
    reread_days: int = 7
    stuck_after_s: int = 600
    web_trials: Reach = Reach.PUBLIC
    unanswered: bool = True
    kept_answers_mb: int = 32
    kept_queries_mb: int = 64
    checked_mb: int = 10
    cluster: str = ""
    cluster_ca: str = ""
    cluster_cert: str = ""
    cluster_key: str = ""
    map_tiles: str = ""
    map_credit: str = ""
    addresses_url: str = ""
    accounts_enabled: bool = False
    accounts_second_factor: str = SecondFactor.OPTIONAL
    accounts_secret: str = field(default="", repr=False)
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: str = ""
    oidc_label: str = ""
    oidc_scopes: str = "openid"
    oidc_algorithms: str = "RS256 ES256"
    oidc_acr: str = ""
    oidc_allow_private: bool = False
    mail_host: str = ""
    mail_port: int = 0
    mail_tls: str = MailTls.STARTTLS
    mail_user: str = ""
    mail_password_variable: str = ""
    mail_sender: str = ""
    corrections_enabled: bool = True
    corrections_published: bool = True
    joining_enabled: bool = True
    legal_publisher: str = ""
    legal_address: str = ""
    legal_director: str = ""
    legal_host: str = ""
    legal_host_address: str = ""
    legal_host_phone: str = ""
    legal_accessibility: str = Conformity.NONE
    contact: str = ""
    sample_notice: bool = False
    pole: Pole | None = None
    imports: tuple[ImportSettings, ...] = ()

    @property
    def ledger_address(self) -> str:
        """SQLAlchemy URL of the ledger, wherever the settings put it."""
        return self.ledger_url or f"sqlite:///{self.data / 'ledger.sqlite'}"

    @property
    def takes_requests(self) -> bool:
        """Whether organisations ask to join: an operator answers by inviting them."""
        return self.accounts_enabled and self.joining_enabled

    @property
    def publishes_corrections(self) -> bool:
        """Whether anybody may read which corrections there are, where any are taken."""
        return self.corrections_enabled and self.corrections_published

    @property
    def accounts(self) -> AccountsSettings:
        """The settings of the section ``[accounts]``."""
        return AccountsSettings(self.accounts_enabled, self.accounts_second_factor)

    @property
    def addresses(self) -> AddressSettings:
        """The settings of the section ``[addresses]``."""
        return AddressSettings(self.addresses_url)

    @property
    def oidc(self) -> OidcSettings:
        """The settings of the section ``[oidc]``."""
        return OidcSettings(
            self.oidc_issuer,
            self.oidc_client_id,
            self.oidc_client_secret_file,
            self.oidc_label,
            self.oidc_scopes,
            self.oidc_algorithms,
            self.oidc_acr,
            self.oidc_allow_private,
        )

    @property
    def mail(self) -> MailSettings:
        """The settings of the section ``[mail]``."""
        return MailSettings(
            self.mail_host,
            self.mail_port,
            self.mail_tls,
            self.mail_user,
            self.mail_password_variable,
            self.mail_sender,
        )

    @property
    def publication(self) -> Path:
        """Folder of the feed that a live node serves at ``/feed/``."""
        return self.data / "feed"

    @property
    def hosted(self) -> Path:
        """Folder of what a live node publishes of the poles that it hosts."""
        return self.data / "hosted"

    @property
    def pieces(self) -> Path:
        """Folder of the pieces that dumps are made from; it can be thrown away."""
        return self.data / "publishing"

    @property
    def kept(self) -> Path:
        """Folder of pages of harvests that were cut short; it can be thrown away."""
        return self.data / "kept"

    @property
    def encoded(self) -> Path:
        """Folder of what compression made of published files; it can be thrown away."""
        return self.data / "encoded"

    @property
    def prepared(self) -> Path:
        """Folder of exports that were written once; it can be thrown away."""
        return self.data / "prepared"

    @property
    def feed_url(self) -> str:
        """Address of the feed folder on a live node."""
        return f"{self.base_url}feed/"


def load(
    path: Path | None = None,
    environ: Mapping[str, str] | None = None,
    /,
    **flags: object,
) -> Config:
    """Return the settings of a node.

    Args:
        path: TOML file; None tries ``maillage.toml`` in the working folder, then goes without.
        environ: environment to read ``MAILLAGE_*`` from; None means the process's own.
        **flags: settings given on the command line; None means not given.

    Raises:
        UsageError: the file cannot be read, a setting is unknown or has no sense.
    """
    file = path or Path("maillage.toml")
    found = _read(file) if path or file.is_file() else {}
    settings = _from_file(found, file.parent)
    settings |= _from_environment(os.environ if environ is None else environ)
    settings |= {name: value for name, value in flags.items() if value is not None}
    settings.setdefault("data", Path(platformdirs.user_data_dir("maillage", appauthor=False)))
    return _checked(Config(**settings))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(
            "{path}: cannot be read ({reason})", path=path, reason=error.strerror
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError("{path}: is not TOML in UTF-8: {error}", path=path, error=error) from error


def _from_file(found: dict[str, Any], folder: Path) -> dict[str, Any]:
    unknown = sorted(set(found) - {"node", "harvest", *_PREFIXED, "pole", "import"})
    if unknown:
        raise UsageError(
            "unknown section [{unknown}]: use [node], [harvest], [map], [addresses], "
            "[accounts], [oidc], [mail], [corrections], [joining], [legal], [pole], [[import]]",
            unknown=unknown[0],
        )
    settings = _known(found.get("node", {}), Config, "node")
    if "data" in settings:
        _check_data(settings["data"])
        settings["data"] = folder / settings["data"]
    settings |= _known(found.get("harvest", {}), Config, "harvest")
    settings |= {name: str(folder / settings[name]) for name in _CREDENTIALS if name in settings}
    for section, kind in zip(_PREFIXED, _SECTIONS, strict=True):
        given = _known(found.get(section, {}), kind, section)
        settings |= {f"{section}_{name}": value for name, value in given.items()}
    if settings.get("oidc_client_secret_file"):
        settings["oidc_client_secret_file"] = str(folder / settings["oidc_client_secret_file"])
    if "map_tiles" in settings:
        settings["map_tiles"] = within(folder, settings["map_tiles"])
    if "pole" in found:
        pole = _known(found["pole"], Pole, "pole")
        pole["departements"] = tuple(pole.get("departements", ()))
        settings["pole"] = _made(Pole, pole, "pole")
    entries = found.get("import", [])
    _check_kind(entries, list, "[[import]]", Message("sections"))
    settings["imports"] = tuple(_import(entry, folder) for entry in entries)
    return settings


def _check_data(folder: str | Path) -> None:
    """Refuse no name: it would be the folder of the settings, which would be closed to others."""
    if not str(folder).strip():
        raise UsageError("[node] data is empty: give a folder")


def _import(entry: dict[str, Any], folder: Path) -> ImportSettings:
    known = _known(entry, ImportSettings, "import")
    for name in ("file", "mapping"):
        if name in known:
            known[name] = folder / known[name]
    return _made(ImportSettings, known, "import")


def _known(found: dict[str, Any], kind: type, section: str) -> dict[str, Any]:
    _check_kind(found, dict, f"[{section}]", Message("a section"))
    names = _names(kind)
    names = names & _HARVEST if section == "harvest" else names - _HARVEST
    if section == "node":
        names = {name for name in names if name.partition("_")[0] not in _PREFIXED}
    for name in sorted(set(found) - names):
        raise _unknown_setting(section, name, names)
    for name, value in found.items():
        _check_value(kind, section, name, value)
    return dict(found)


def _names(kind: type) -> set[str]:
    return {setting.name for setting in fields(kind)} - {"pole", "imports"}


def _unknown_setting(section: str, name: str, names: set[str]) -> UsageError:
    near, known = nearest(name, names), ", ".join(sorted(names))
    meant = Message(" (do you mean {near}?)", near=near) if near else ""
    return UsageError(
        "[{section}] {name}: unknown setting{meant}; known: {known}",
        section=section,
        name=name,
        meant=meant,
        known=known,
    )


def _check_value(kind: type, section: str, name: str, value: object) -> None:
    """Refuse a value of another kind than the setting's."""
    annotation = get_type_hints(kind)[name]
    wanted = get_origin(annotation) or annotation
    if wanted is UnionType:
        (wanted,) = (one for one in get_args(annotation) if one is not NoneType)
    what, allowed = _KINDS[str if issubclass(wanted, str) else wanted]
    _check_kind(value, allowed, f"[{section}] {name}", what)
    if wanted is tuple:
        for item in cast("list[object]", value):
            _check_kind(item, str, f"[{section}] {name}", what)


def _check_kind(value: object, allowed: type | UnionType, where: str, what: Message) -> None:
    is_flag = isinstance(value, bool) and allowed is not bool  # a bool is an int in Python
    if is_flag or not isinstance(value, allowed) or "\0" in str(value):
        shown = "…" if "authorization" in where else ascii(value)[:_SHOWN]
        raise UsageError("{where} = {shown}: give {what}", where=where, shown=shown, what=what)


def _made(kind: type[_T], values: dict[str, Any], section: str) -> _T:
    missing = [name for name in _required(kind) if name not in values]
    if missing:
        raise UsageError(
            "[{section}] {missing}: this setting is missing", section=section, missing=missing[0]
        )
    return kind(**values)


def _required(kind: type) -> list[str]:
    return [setting.name for setting in fields(kind) if setting.default is MISSING]


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for setting in fields(Config):
        value = environ.get(f"{PREFIX}{setting.name.upper()}")
        if value is not None and setting.name not in {"pole", "imports"}:
            _check_text(f"{PREFIX}{setting.name.upper()}", value)
            settings[setting.name] = _parsed(setting.name, value)
    return settings


def unread(environ: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give the variables ``MAILLAGE_*`` that nothing reads, each with the one that may be meant."""
    return unknown(environ, _names(Config))


def _check_text(where: str, value: str) -> None:
    """Refuse what no file and no page can hold: the bytes of a variable that are no UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise UsageError("{where}: give text in UTF-8", where=where) from (error)


def _parsed(name: str, value: str) -> object:
    if name == "data" and not value:
        raise _not_read(name, value, Message("a folder"))
    if name in _FLAGS:
        if value.lower() not in _YES | _NO:
            raise _not_read(name, value, _KINDS[bool][0])
        return value.lower() in _YES
    if name in _NUMBERS:
        try:
            return int(value)
        except ValueError as error:
            raise _not_read(name, value, _KINDS[int][0]) from error
    return value


def _not_read(name: str, value: str, what: Message) -> UsageError:
    where = f"{PREFIX}{name.upper()}={_clipped(value)}"
    return UsageError("{where}: give {what}", where=where, what=what)


def _clipped(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"


def _is_web_address(url: str) -> bool:
    try:
        address = urlsplit(url)
        return address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except ValueError:  # a port that is none, brackets that do not match
        return False


def _is_iri(url: str) -> bool:
    """Whether an address can name something in RDF as it is."""
    return not _NO_IRI.search(url)


def _is_plain(url: str) -> bool:
    """Whether an address of a site can be written in one way only."""
    address = urlsplit(url)
    path = address.path.strip("/")
    segments = path.split("/") if path else []
    return not (address.query or address.fragment or "@" in address.netloc) and all(
        _SEGMENT.match(one) and one not in (".", "..") for one in segments
    )


def _check_addresses(config: Config) -> None:
    """Refuse what is no address, before a node starts that nobody could read or that trusts none.

    An empty one is not given. What is secret is not shown.
    """
    for name in ("namespace", "store_query_url", "store_update_url"):
        value = getattr(config, name)
        if value and not (_is_web_address(value) and _is_iri(value)):
            raise UsageError(
                "{name} {value!r}: give an http or https address, without blanks",
                name=name,
                value=public(value),
            )
    if not _is_machine(config.trusted_proxy):
        raise UsageError(
            "trusted_proxy {trusted_proxy!r}: give one IP address, as the node sees it",
            trusted_proxy=config.trusted_proxy,
        )
    if not (config.store_authorization.isascii() and config.store_authorization.isprintable()):
        raise UsageError(
            "store_authorization: give what one header line can hold (printable ASCII)"
        )


def _is_machine(address: str) -> bool:
    if address in ("", "*"):
        return True
    try:
        return bool(ip_address(address))
    except ValueError:
        return False


def _check_imports(imports: tuple[ImportSettings, ...]) -> None:
    """Refuse two files under one source: each says all of it, and would delete the other's."""
    for number, entry in enumerate(imports):
        if _NO_NAME.search(entry.source) or not entry.source:
            raise UsageError(
                "[[import]] source {source!r}: use lower-case letters, digits and hyphens",
                source=entry.source,
            )
        if any(entry.source == other.source for other in imports[:number]):
            raise UsageError(
                "[[import]] source {source!r}: two files have it, and each would delete what the "
                "other says: give each its own",
                source=entry.source,
            )


def _check_texts(config: Config) -> None:
    if not VALID.match(config.slug):
        raise UsageError(
            "slug {slug!r}: use lower-case letters, digits and hyphens", slug=config.slug
        )
    if config.pole and not config.pole.name.strip():
        raise UsageError(
            "[pole] name is empty: give the name of the organisation that keeps the places"
        )


def _checked(config: Config) -> Config:
    _check_texts(config)
    if not _is_web_address(config.base_url):
        raise UsageError(
            "base_url {base_url!r}: give an http or https address", base_url=config.base_url
        )
    if not _is_plain(config.base_url):
        raise UsageError(
            "base_url {base_url!r}: give an address without query, fragment or password, whose "
            "path has nothing but letters without accents, digits, '.', '_', '~' and '-'",
            base_url=config.base_url,
        )
    _check_addresses(config)
    credentials = [getattr(config, name) for name in _CREDENTIALS]
    check_cluster(config.cluster, credentials, config.ledger_url)
    _check_imports(config.imports)
    check_tiles(config.map_tiles, config.map_credit)
    check_accounts_settings(config.accounts)
    check_mail_settings(config.mail)
    check_address_settings(config.addresses)
    check_oidc_settings(config.oidc)
    check_conformity(config.legal_accessibility)
    if bool(config.store_query_url) != bool(config.store_update_url):
        raise UsageError("store_query_url and store_update_url go together: give both or none")
    _check_ranges(config)
    base_url = config.base_url.rstrip("/") + "/"
    namespace = config.namespace or f"{base_url}id/"
    return replace(
        config,
        base_url=base_url,
        namespace=namespace,
        data=Path(config.data),
        web_trials=Reach(config.web_trials),
    )


def _check_ranges(config: Config) -> None:
    for name, (least, most) in _RANGES.items():
        value = getattr(config, name)
        if not least <= value <= most:
            raise UsageError(
                "{name} {value}: give a whole number from {least} to {most}",
                name=name,
                value=_clipped(value),
                least=least,
                most=most,
            )
    if config.web_trials not in list(Reach):
        raise UsageError(
            "web_trials {web_trials!r}: use one of {choices}",
            web_trials=config.web_trials,
            choices=", ".join(Reach),
        )
