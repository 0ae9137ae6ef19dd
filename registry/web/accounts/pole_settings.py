"""What a hosted pole says of itself: edited by its editors, judged as any record, in its feed."""

import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from wtforms import Field, HiddenField, StringField, TextAreaField, ValidationError

from registry.accounts.types import Access
from registry.publish.hosted import hosted_description
from registry.publish.pole import is_email, is_web_address, pole_of, pole_record
from registry.settings.config import Pole
from registry.sources.hosted import is_hosted
from registry.web.access.declared import access
from registry.web.access.judge import actor
from registry.web.accounts.forms import NodeForm, required
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext
from registry.web.site.labels import pole_name
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from registry.web.site.notices import notice
from registry.web.workspace.desk import Entry
from registry.web.workspace.places import WrittenSource, moves_to, written_source_or_404
from shapes.findings import Severity
from shapes.verdicts import validate
from vocab.errors import MaillageError
from vocab.records import Record
from vocab.territory import departements
from vocab.text import name_key

blueprint = Blueprint("pole_settings", __name__)
_LINES = ("name", "homepage", "contact_email", "legal_form", "street", "postcode", "locality")
"""Fields that are taken as they are typed, on one line."""
_LONGEST = 2_000
_WHY = "by its editors"


def _address(_form: object, field: Field) -> None:
    if (text := (field.data or "").strip()) and not is_web_address(text):
        raise ValidationError(_("Write a whole address, such as https://example.org/."))


def _mail_address(_form: object, field: Field) -> None:
    if (text := (field.data or "").strip()) and not is_email(text):
        raise ValidationError(_("This is no mail address. Write it like name@example.org."))


def _territories(_form: object, field: Field) -> None:
    if strange := [one for one in _parts(field.data) if not _codes_of(one)]:
        raise ValidationError(
            _(
                "No département is called “{name}”. Write numbers or names, such as 83, Var.",
                name=strange[0],
            )
        )


def _not_too_long(_form: object, field: Field) -> None:
    if len(field.data or "") > _LONGEST:
        raise ValidationError(_("This is too long."))


def _parts(text: str | None) -> list[str]:
    return [part for part in map(str.strip, re.split(r"[,;\n]", text or "")) if part]


def _codes_of(part: str) -> list[str]:
    """Return the département that a number or a name means; empty where none does."""
    wanted = name_key(part)
    return [
        one.code
        for one in departements()
        if part.upper() == one.code or wanted == name_key(one.name)
    ]


class Settings(NodeForm):
    """What a pole says of itself."""

    name = StringField(lazy_gettext("Name of the organisation"), [required])
    homepage = StringField(lazy_gettext("Web site"), [_address])
    contact_email = StringField(
        lazy_gettext("Mail address of a service, shown to everybody"), [_mail_address]
    )
    telephone = StringField(lazy_gettext("Telephone of a service, shown to everybody"))
    description = TextAreaField(
        lazy_gettext("What it is and does, in a few sentences"), [_not_too_long]
    )
    departements = StringField(lazy_gettext("Départements it speaks for"), [_territories])
    legal_form = StringField(lazy_gettext("Legal form"))
    street = StringField(lazy_gettext("Seat: number and street"))
    postcode = StringField(lazy_gettext("Seat: postcode"))
    locality = StringField(lazy_gettext("Seat: commune"))
    vu = HiddenField()


@blueprint.get("/espace/pole/<slug>/reglages")
@access(Access.EDITOR)
def page(slug: str) -> ResponseReturnValue:
    """Show what the pole says of itself."""
    written = _hosted_or_404(slug)
    record, form = _record(written), Settings(formdata=None)
    said = pole_of(record) if record else Pole(name=written.source.title)
    for name in (*_LINES, "telephone", "description"):
        form[name].data = getattr(said, name)
    form.departements.data = ", ".join(said.departements)
    form.vu.data = record.content_hash if record else ""
    return _shown(slug, form)


@blueprint.post("/espace/pole/<slug>/reglages")
@access(Access.EDITOR)
def change(slug: str) -> ResponseReturnValue:
    """Publish what the pole says of itself."""
    written, form = _hosted_or_404(slug), Settings()
    if not form.validate() or not _has_telephone(written, form):
        return _shown(slug, form), 422
    before = _record(written)
    try:
        after = _changed(written, before, form)
    except MaillageError as error:  # what it says beyond the form is no address, say
        form.refuse(None, error)
        return _shown(slug, form), 422
    if after == before:
        return redirect(url_for(".page", slug=slug), 303)
    if broken := _broken(after):
        form.form_errors.extend(broken)
        return _shown(slug, form), 422
    try:
        written.desk.enter(
            written.source.slug, Entry(after.iri, after, form.vu.data or "", actor().number, _WHY)
        )
    except MaillageError as error:
        form.refuse(None, error)
        return _shown(slug, form), 409
    current_node().ledger.record_act("pole.described", _WHY, actor().number, slug)
    return redirect(url_for(".page", slug=slug, fait="pole"), 303)


def _has_telephone(written: WrittenSource, form: Settings) -> bool:
    """Put the number that was typed into international form; tell where it is none."""
    typed = (form.telephone.data or "").strip()
    number = written.desk.telephone(typed) if typed else ""
    if typed and not number:
        said = _("This is no telephone number. Write all ten digits, such as 04 94 00 00 01.")
        form.telephone.errors = [said]
        return False
    form.telephone.data = number
    return True


def is_hosted_here(slug: str) -> bool:
    """Whether a pole has no server, and this node states what it says; one that moves has one."""
    source = current_node().ledger.cached_source(slug)
    return bool(source and is_hosted(current_node().config, source) and not moves_to(source))


def _hosted_or_404(slug: str) -> WrittenSource:
    if not is_hosted_here(slug):
        raise NotFound
    return written_source_or_404(slug)


def _record(written: WrittenSource) -> Record | None:
    return current_node().ledger.record(f"{written.pole.namespace}pole")


def _changed(written: WrittenSource, before: Record | None, form: Settings) -> Record:
    """Return the record as it shall be; what it says beyond the form stays."""
    said = pole_of(before) if before else Pole("")
    typed = {name: value for name, value in _typed(form).items() if name in request.form}
    config, slug = current_node().config, written.source.slug

    def made(pole: Pole) -> Record:
        return pole_record(hosted_description(config, slug, pole))

    after = made(replace(said, **typed))
    beyond = set(before.lines) - set(made(said).lines) if before else set()
    return Record(after.iri, tuple(sorted({*after.lines, *beyond})))


def _typed(form: Settings) -> dict[str, Any]:
    lines = (form.description.data or "").strip().splitlines()
    codes = {code for part in _parts(form.departements.data) for code in _codes_of(part)}
    return {
        **{name: " ".join((form[name].data or "").split()) for name in _LINES},
        "telephone": form.telephone.data or "",
        "description": "\n".join(line.rstrip() for line in lines),
        "departements": tuple(sorted(codes)),
    }


def _broken(record: Record) -> list[str]:
    """Say what the contract refuses in a record."""
    return [
        finding.message(current_lang())
        for finding in validate((record,))
        if finding.severity is Severity.VIOLATION
    ]


def _shown(slug: str, form: Settings) -> str:
    return render_template(
        "pole_settings.html",
        actor=actor(),
        slug=slug,
        pole=pole_name(slug),
        form=form,
        has_corrections=current_node().config.corrections_enabled,
        notice=notice(),
    )
