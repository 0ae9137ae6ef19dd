// The ground: outlines and names of communes from the node, or the tiles that its operator gives.

import { element, json, numbers } from "./words.js";

const NAME_PX = 13;
const DOT_PX = 4;
const LOWER_PX = 9;
const LARGE = 20000;
const SAME_DEGREES = 0.3;

function ring(steps, scale) {
  let [latitude, longitude] = steps;
  const points = [[latitude / scale, longitude / scale]];
  for (let at = 2; at < steps.length; at += 2) {
    latitude += steps[at];
    longitude += steps[at + 1];
    points.push([latitude / scale, longitude / scale]);
  }
  return [points];
}

// Tiles have their own outlines and names; none when the operator gives none.
export function tilesOf(map, { dataset }) {
  if (!dataset.tiles) return null;
  const [minNativeZoom, maxNativeZoom] = dataset.zooms.split(",").map(Number);
  L.tileLayer(dataset.tiles, { minNativeZoom, maxNativeZoom, className: "tile" }).addTo(map);
  return { load: async () => {}, writeTown: () => {}, write: () => {} };
}

export class Ground {
  constructor(map, box) {
    this.map = map;
    this.address = box.dataset.ground;
    this.pen = document.createElement("canvas").getContext("2d");
    this.pane("outlines", 250);
    this.pane("names", 450).setAttribute("aria-hidden", "true");
    const drawn = (className) => L.polygon([], { className, interactive: false, pane: "outlines", smoothFactor: 0 }).addTo(map);
    this.abroad = drawn("abroad");
    this.land = drawn("land");
    this.labels = L.layerGroup().addTo(map);
    this.names = [];
    const [latitude, longitude] = numbers(box.dataset.circle) ?? [];
    this.town = box.dataset.town ? [latitude, longitude, box.dataset.town, LARGE] : null;
  }

  pane(name, height) {
    const made = this.map.createPane(name);
    made.style.zIndex = height;
    made.style.pointerEvents = "none";
    return made;
  }

  async load(query, signal) {
    const found = await json(`${this.address}?${query}`, signal);
    const rings = (all) => all.map((steps) => ring(steps, found.scale));
    this.abroad.setLatLngs(rings(found.abroad));
    this.land.setLatLngs(rings(found.land));
    this.names = found.names;
  }

  // Where one looks has its name, whatever stands around.
  writeTown(room) {
    this.labels.clearLayers();
    this.pen.font = `${NAME_PX}px ${getComputedStyle(document.body).fontFamily}`;
    if (this.town) this.#name(room, this.town);
  }

  // Names where there is room, the most populated first.
  write(room) {
    this.names.filter((one) => !this.#isTown(one)).forEach((one) => this.#name(room, one));
  }

  #isTown([latitude, longitude, name]) {
    return this.town?.[2] === name && Math.hypot(latitude - this.town[0], longitude - this.town[1]) < SAME_DEGREES;
  }

  #name(room, [latitude, longitude, name, inhabitants]) {
    const { x: width, y: height } = this.map.getSize();
    const { x, y } = this.map.latLngToContainerPoint([latitude, longitude]);
    if (x < 0 || y < 0 || x > width || y > height) return;
    const long = this.pen.measureText(name).width * (inhabitants >= LARGE ? 1.12 : 1) + 2 * DOT_PX + 6;
    const rectangle = { left: x - DOT_PX, top: y - 9, width: long, height: 18 };
    const left = 2 * DOT_PX - long;
    const shift = room.place(rectangle, [[0, 0], [left, 0], [0, LOWER_PX], [left, LOWER_PX]]);
    if (shift) this.label([latitude, longitude], name, inhabitants, shift);
  }

  label(position, name, inhabitants, [right, down]) {
    const className = `town${inhabitants >= LARGE ? " large" : ""}${right ? " left" : ""}${down ? " low" : ""}`;
    const icon = L.divIcon({ html: element("span", { textContent: name }), className, iconSize: [0, 0] });
    L.marker(position, { icon, pane: "names", interactive: false, keyboard: false }).addTo(this.labels);
  }
}
