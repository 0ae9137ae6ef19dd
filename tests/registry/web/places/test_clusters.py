"""Circles of a map: none is lost, none is counted twice, none covers another."""

import math
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.web.places.clusters import SPACING_PX, clusters, projected

_points = st.lists(
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=60
).map(lambda found: [(lat, lon, number) for number, (lat, lon) in enumerate(found)])  # fmt: skip
_near = st.lists(
    st.tuples(st.floats(48.85, 48.87), st.floats(2.3, 2.4)), max_size=60
).map(lambda found: [(lat, lon, number) for number, (lat, lon) in enumerate(found)])  # fmt: skip
_zooms = st.floats(0, 20)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zoom", "pixels"),
    [
        (0, 0, 0, (128, 128)),
        (0, -180, 3, (0, 1024)),
        (85.0511, 180, 0, (256, 0)),
        (90, 0, 0, (128, 0)),
        # By Leaflet 1.9.4, L.CRS.EPSG3857.latLngToPoint:
        (43.539, 6.464, 10, (135778.94116, 95785.59197)),
        (-21.115, 55.536, 7.5, (30319.33889, 25952.19868)),
    ],
)
def test_pixels_are_those_of_web_maps(
    latitude: float, longitude: float, zoom: float, pixels: tuple[float, float]
) -> None:
    assert projected(latitude, longitude, zoom) == pytest.approx(pixels, abs=0.01)


@given(_points | _near, _zooms)
def test_every_place_is_in_one_cluster(points: list[tuple[float, float, int]], zoom: float) -> None:
    found = clusters(points, zoom)
    assert sorted(rowid for one in found for rowid in one.rowids) == [one[2] for one in points]
    sizes = [len(one.rowids) for one in found]
    assert sizes == sorted(sizes, reverse=True)


@given(_points | _near, _zooms)
def test_no_two_centres_are_near(points: list[tuple[float, float, int]], zoom: float) -> None:
    centres = [projected(one.latitude, one.longitude, zoom) for one in clusters(points, zoom)]
    assert all(math.dist(*pair) >= SPACING_PX - 0.01 for pair in combinations(centres, 2))


@given(_near, _zooms)
def test_a_box_holds_its_places(points: list[tuple[float, float, int]], zoom: float) -> None:
    where = {rowid: (latitude, longitude) for latitude, longitude, rowid in points}
    for one in clusters(points, zoom):
        west, south, east, north = one.box
        for latitude, longitude in map(where.__getitem__, one.rowids):
            assert south <= latitude <= north
            assert west <= longitude <= east


def test_places_stand_alone_when_one_is_near_enough() -> None:
    points = [(48.85, 2.35, 1), (48.86, 2.35, 2)]
    assert len(clusters(points, 5)) == 1
    apart = {(one.latitude, one.longitude) for one in clusters(points, 14)}
    assert apart == {(48.85, 2.35), (48.86, 2.35)}
