// What a map asks the node for: its view, in a frame whose edges lie on tiles, so that the same frame is asked for again.

const PIXELS = 256;

export function frameOf(map) {
  const zoom = map.getZoom();
  const { min, max } = map.getPixelBounds();
  const corner = (point, round) => map.unproject(L.point(round(point.x / PIXELS) * PIXELS, round(point.y / PIXELS) * PIXELS), zoom);
  const from = corner(min, (value) => Math.floor(value) - 1);
  const upto = corner(max, (value) => Math.ceil(value) + 1);
  const side = (degrees, most) => Math.min(Math.max(degrees, -most), most).toFixed(4);
  const sides = [side(from.lng, 180), side(upto.lat, 90), side(upto.lng, 180), side(from.lat, 90)];
  return `cadre=${sides.join(",")}&zoom=${zoom}`;
}
