// Places of the answer that the page of the list does not show: alone, or as circles with a number that never overlap.

import { clusterMarker, placeMarker } from "./markers.js";
import { around } from "./room.js";

const CLUSTER_PX = 44;
const SPOT_PX = 24;
const SHIFTS = around(16, 3);

export class Others {
  constructor(map, texts, { enter, tell }) {
    this.map = map;
    this.texts = texts;
    this.enter = enter;
    this.tell = tell;
    this.layer = L.layerGroup().addTo(map);
    this.found = [];
  }

  take({ clusters, places }) {
    this.found = [
      ...clusters.map(([latitude, longitude, count, ...box]) => ({ at: [latitude, longitude], count, box })),
      ...places.map((place) => ({ at: place.at, count: 1, place })),
    ];
  }

  // What finds no room among the leaves of the list joins the nearest circle, which then counts for it too.
  draw(room) {
    this.layer.clearLayers();
    const drawn = [];
    const crowded = [];
    for (const one of this.found.map((found) => ({ ...found }))) {
      one.shift = room.place(this.#rectangle(one), SHIFTS);
      (one.shift ? drawn : crowded).push(one);
    }
    const circles = drawn.filter((one) => one.box);
    for (const one of crowded) {
      if (circles.length) this.#join(one, circles);
      else drawn.push({ ...one, shift: [0, 0] });
    }
    this.drawn = drawn;
    drawn.forEach((one) => this.#show(one));
  }

  countIn(view) {
    return (this.drawn ?? []).reduce((total, one) => total + (view.contains(one.at) ? one.count : 0), 0);
  }

  #rectangle(one) {
    const { x, y } = this.map.latLngToContainerPoint(one.at);
    const side = one.box ? CLUSTER_PX : SPOT_PX;
    return { left: x - side / 2, top: y - side / 2, width: side, height: side };
  }

  #join(one, circles) {
    const distance = (circle) => this.map.distance(circle.at, one.at);
    const near = circles.reduce((best, circle) => (distance(circle) < distance(best) ? circle : best));
    const [latitude, longitude] = one.at;
    const box = one.box ?? [longitude, latitude, longitude, latitude];
    near.count += one.count;
    near.box = near.box.map((side, at) => (at < 2 ? Math.min(side, box[at]) : Math.max(side, box[at])));
  }

  #show(one) {
    const isOneSpot = one.box && one.box[0] === one.box[2] && one.box[1] === one.box[3];
    const made = one.place
      ? placeMarker(one.place, this.texts.textPlace, () => this.tell(one.place))
      : clusterMarker(one, isOneSpot ? this.texts.textListed : this.texts.textCluster, () => this.enter(one.box, isOneSpot));
    made.addTo(this.layer);
    const { style } = made.getElement();
    style.marginLeft = `${one.shift[0] - made.size / 2}px`;
    style.marginTop = `${one.shift[1] - made.size / 2}px`;
  }
}
