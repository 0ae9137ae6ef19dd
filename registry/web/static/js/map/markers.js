// What stands on the map: a leaf with the number of each card, rings for what is to be asked, circles for several places.

import { element, fill, number } from "./words.js";

const PIN_PX = 32;
const SMALL_PIN_PX = 24;
const SMALL_BELOW_ZOOM = 7;  // where all France is in view, places of one list stand close
const RING_PX = 24;
const tip = (size) => Math.round(size * (0.5 + Math.SQRT1_2));  // a square on its corner

// A marker that keyboards reach and screen readers name; `press` is what a click or Enter does.
export function marker(position, { html, className, size, anchor, label, press, height = 0 }) {
  const icon = L.divIcon({ html, className, iconSize: [size, size], iconAnchor: anchor ?? [size / 2, size / 2] });
  const made = L.marker(position, { icon, keyboard: true, zIndexOffset: height, riseOnHover: true });
  made.on("add", () => made.getElement().setAttribute("aria-label", label));
  made.on("click", press);
  made.on("keydown", ({ originalEvent: event }) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press();
  });
  return made;
}

export class Card {
  constructor(item, texts) {
    this.item = item;
    this.link = item.querySelector("a");
    this.name = this.link.textContent;
    this.number = item.dataset.number ?? "";
    this.position = (item.dataset.at ?? item.dataset.maybe).split(",").map(Number);
    this.badge = item.querySelector(".badge:not(.example)");
    this.isListed = this.number !== "";
    this.texts = texts;
  }

  get label() {
    const text = this.isListed ? this.texts.textMarker : this.texts.textMaybe;
    return fill(text, { number: this.number, name: this.name, state: this.badge.textContent.trim() });
  }

  draw(map, press) {
    const isUnknown = this.badge.matches(".unknown, .written");
    this.marker = this.isListed
      ? marker(this.position, {
        html: element("span", { textContent: this.number }), className: `pin${isUnknown ? " unknown" : ""}`, size: PIN_PX,
        anchor: [PIN_PX / 2, tip(PIN_PX)], label: this.label, press, height: 1000,
      })
      : marker(this.position, { html: "", className: "ring", size: RING_PX, label: this.label, press });
    this.marker.addTo(map);
    this.#tie();
  }

  // Where the leaf goes, that no other covers it; its tip covers little. A line leads from one that is moved to its place.
  settle(map, room, shifts) {
    const isSmall = map.getZoom() < SMALL_BELOW_ZOOM;
    const size = !this.isListed ? RING_PX : isSmall ? SMALL_PIN_PX : PIN_PX;
    const up = this.isListed ? tip(size) : size / 2;
    const { x, y } = map.latLngToContainerPoint(this.position);
    const [right, down] = room.place({ left: x - size / 2 + 1, top: y - up, width: size - 2, height: size - 2 }, shifts) ?? [0, 0];
    const face = this.marker.getElement();
    face.classList.toggle("small", isSmall);
    Object.assign(face.style, {
      width: `${size}px`, height: `${size}px`, marginLeft: `${right - size / 2}px`, marginTop: `${down - up}px`,
    });
    face.classList.toggle("moved", this.isListed && Boolean(right || down));
    face.style.setProperty("--tip", `${up}px`);
    face.style.setProperty("--lead", `${Math.hypot(right, down)}px`);
    face.style.setProperty("--turn", `${Math.atan2(-down, -right)}rad`);
  }

  choose(isChosen) {
    this.item.classList.toggle("chosen", isChosen);
    this.marker.getElement().classList.toggle("chosen", isChosen);
    this.marker.setZIndexOffset(isChosen ? 5000 : this.isListed ? 1000 : 0);
  }

  #tie() {
    const face = this.marker.getElement();
    for (const one of [face, this.item]) {
      for (const name of ["mouseenter", "focusin"]) one.addEventListener(name, () => this.choose(true));
      for (const name of ["mouseleave", "focusout"]) one.addEventListener(name, () => { if (!this.isKept) this.choose(false); });
    }
  }
}

export function clusterMarker({ at, count }, text, press) {
  const size = count < 10 ? 34 : count < 100 ? 38 : 44;
  const face = element("span", { textContent: count < 10000 ? number(count) : `${number(Math.round(count / 1000))} k` });
  return Object.assign(
    marker(at, { html: face, className: "cluster", size, label: fill(text, { n: count }), press }), { size },
  );
}

export function placeMarker(place, text, press) {
  const className = `spot${["unknown", "written"].includes(place.state) ? " unknown" : ""}`;
  const label = fill(text, { name: place.name, state: place.words });
  return Object.assign(marker(place.at, { html: "", className, size: 24, label, press }), { size: 24 });
}
