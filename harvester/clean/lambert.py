"""Lambert 93 to WGS 84: the inverse conformal conic projection of IGN.

Formulas and constants: IGN, "Projection cartographique conique conforme de Lambert" (NT/G 71),
algorithms ALG0002 and ALG0004. RGF93 and WGS 84 are the same to some centimetres.
"""

import math

_EXPONENT = 0.7256077650532670
_CONSTANT = 11_754_255.4261
_FALSE_EAST, _FALSE_NORTH = 700_000.0, 12_655_612.0499
_CENTRAL_MERIDIAN = math.radians(3)
_ECCENTRICITY = 0.081819191042815791  # GRS 80
_TOLERANCE = 1e-12
# Mainland France and Corsica, in metres: east then north.
EAST, NORTH = (90_000.0, 1_260_000.0), (6_030_000.0, 7_130_000.0)


def is_lambert93(east: float, north: float) -> bool:
    """Could these two numbers be metres of Lambert 93 in mainland France or Corsica?"""
    return EAST[0] <= east <= EAST[1] and NORTH[0] <= north <= NORTH[1]


def to_wgs84(east: float, north: float) -> tuple[float, float]:
    """Return latitude and longitude in degrees of a point in Lambert 93 metres.

    >>> lat, lon = to_wgs84(652_381.0, 6_862_047.0)  # the Panthéon's neighbourhood, Paris
    >>> round(lat, 2), round(lon, 2)
    (48.86, 2.35)
    """
    across, along = east - _FALSE_EAST, _FALSE_NORTH - north
    radius = math.hypot(across, along)
    longitude = _CENTRAL_MERIDIAN + math.atan(across / along) / _EXPONENT
    isometric = -math.log(radius / _CONSTANT) / _EXPONENT
    return math.degrees(_latitude(isometric)), math.degrees(longitude)


def _latitude(isometric: float) -> float:
    """Latitude of an isometric latitude (ALG0002), in radians: a fixed point."""
    grown = math.exp(isometric)
    latitude = 2 * math.atan(grown) - math.pi / 2
    while True:
        sine = _ECCENTRICITY * math.sin(latitude)
        factor = ((1 + sine) / (1 - sine)) ** (_ECCENTRICITY / 2)
        nearer = 2 * math.atan(factor * grown) - math.pi / 2
        if abs(nearer - latitude) < _TOLERANCE:
            return nearer
        latitude = nearer
