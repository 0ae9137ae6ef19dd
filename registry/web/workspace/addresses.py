"""What a service says of an address, in the form of the Base adresse nationale, and what we take.

https://adresse.data.gouv.fr/outils/api-doc/adresse: a GeoJSON FeatureCollection whose features bear
``label``, ``score``, ``type`` and ``citycode``. Nothing of it is believed that the commune of the
place contradicts.
"""

import json
import logging
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app

from registry.search.positions import from_centre_km, is_doubtful
from registry.web.site.labels import concept_label
from vocab.errors import MaillageError
from vocab.insee import arrondissement
from vocab.schemes import concept_iri, match

ADDRESSES = "maillage-addresses"
_LOG = logging.getLogger(__name__)
LEAST_SCORE = 0.5
"""Below, what was found is another street as often as not; nothing is proposed."""
_LOOKED_AT, _LONGEST_LABEL, _DECIMALS = 20, 200, 6


class AddressServiceError(MaillageError):
    """The service gave no answer that could be read."""


@dataclass(frozen=True, slots=True)
class Address:
    """What is asked: an address and its commune, and nothing else of a place.

    Attributes:
        street: number and street.
        postcode: five digits; may be empty.
        commune: its name.
        insee: its INSEE code.
    """

    street: str
    postcode: str
    commune: str
    insee: str


@dataclass(frozen=True, slots=True)
class Located:
    """Where a service says that an address is.

    Attributes:
        latitude: WGS 84 degrees, as text.
        longitude: WGS 84 degrees, as text.
        kind: value of ``position-kinds`` that says what the position stands for.
        score: how sure the service is, from 0 to 1.
        label: the address that it found.
    """

    latitude: str
    longitude: str
    kind: str
    score: float
    label: str

    @property
    def kind_in_words(self) -> str:
        """What the position stands for."""
        return concept_label(concept_iri("position-kinds", self.kind))

    @property
    def percent(self) -> int:
        """How sure the service is."""
        return round(self.score * 100)


@dataclass(frozen=True, slots=True)
class PositionSaid:
    """What became of a search for the position of an address, in a sentence."""

    text: str
    is_found: bool


class AddressService(Protocol):
    """Asks a service where an address is."""

    def ask(self, address: Address) -> bytes:
        """Return the answer as it came, bounded in time and bytes.

        Raises:
            MaillageError: no whole answer came.
        """
        ...


def address_service() -> AddressService | None:
    """Return what finds addresses; None where the settings name no service."""
    found: AddressService | None = current_app.extensions.get(ADDRESSES)
    return found


def located(service: AddressService, address: Address) -> Located | None:
    """Return where an address is; None where no answer is sure enough, or none in its commune.

    Raises:
        MaillageError: no answer came, or none that can be read.
    """
    try:
        found = [one for one in _read(service.ask(address)) if _is_in(one, address)]
    except MaillageError as error:
        # Its message may hold the address.
        _LOG.warning("address service: no answer (%s)", type(error).__name__)
        raise
    best = max((one for _, one in found), key=lambda one: one.score, default=None)
    return best if best and best.score >= LEAST_SCORE else None


def _read(body: bytes) -> Iterator[tuple[str, Located]]:
    """Return the INSEE code, where it is given, and the position of each feature that is sound."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise AddressServiceError("the address service did not answer in JSON") from error
    features = answer.get("features") if isinstance(answer, dict) else None
    if not isinstance(features, list):
        raise AddressServiceError("the address service did not answer in GeoJSON")
    for feature in features[:_LOOKED_AT]:
        try:
            yield _feature(feature)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            continue


def _feature(feature: Any) -> tuple[str, Located]:
    said, (longitude, latitude, *_) = feature["properties"], feature["geometry"]["coordinates"]
    score, kind = _number(said["score"], 0, 1), match("position-kinds", str(said["type"])[:50])
    if kind is None:
        raise ValueError(said["type"])
    label = " ".join(str(said.get("label", "")).split())[:_LONGEST_LABEL]
    where = (_degrees(latitude, 90), _degrees(longitude, 180))
    return str(said.get("citycode") or "")[:5], Located(*where, kind.notation, score, label)


def _number(value: object, least: float, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(value)
    if not least <= value <= most:
        raise ValueError(value)
    return float(value)


def _degrees(value: object, most: float) -> str:
    return str(round(_number(value, -most, most), _DECIMALS))


def _is_in(found: tuple[str, Located], address: Address) -> bool:
    """Whether an answer lies in the commune that was asked for, by its code and by its degrees."""
    citycode, one = found
    position = (float(one.latitude), float(one.longitude))
    if from_centre_km(address.insee, position) is None or is_doubtful(address.insee, position):
        return False
    return not citycode or _city(citycode) == _city(address.insee)


def _city(code: str) -> str:
    """Return the commune of a code: the service may name the arrondissement or the city."""
    district = arrondissement(code)
    return district.parent if district else code
