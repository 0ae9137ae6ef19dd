// The map of the results: the cards of the list as numbered leaves, other places of the answer, the ground below.

import { frameOf } from "./frame.js";
import { Ground, tilesOf } from "./ground.js";
import { Card } from "./markers.js";
import { Others } from "./others.js";
import { around, Room } from "./room.js";
import { ofCard, ofPlace, Sheet } from "./sheet.js";
import { counted, element, fill, json, numbers } from "./words.js";

const MAINLAND = [[41.3, -5.2], [51.1, 9.6]];
const CLOSEST_WITH_STREETS = 17;
const CLOSEST_WITHOUT = 14; // further in, outlines and names of communes leave a blank sheet
const FIRST_CLOSEST = 14;
const WAIT_MS = 120;
const BAR_PX = 50;  // the lands overseas, above the map
const CONTROLS = [".leaflet-control-zoom", ".map-status", ".to-list", ".frames"];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const bounds = ([west, south, east, north]) => [[south, west], [north, east]];

const SMALL_DEGREES = 2;
const isSmall = (area) => Math.max(area.getNorth() - area.getSouth(), area.getEast() - area.getWest()) < SMALL_DEGREES;

export class ResultsMap {
  constructor(box) {
    this.box = box;
    this.texts = box.dataset;
    this.map = this.#make();
    this.ground = tilesOf(this.map, box) ?? new Ground(this.map, box);
    this.others = new Others(this.map, this.texts, {
      enter: (area, isOneSpot) => this.#enter(bounds(area), isOneSpot), tell: (place) => this.#tell(place),
    });
    this.sheet = new Sheet(box, (step) => this.#step(step));
    const all = [...document.querySelectorAll("[data-at], [data-maybe]")];
    this.cards = all.map((item) => new Card(item, this.texts));
    this.listed = this.cards.filter((card) => card.isListed);
    this.at = -1;
  }

  #make() {
    const { texts } = this;
    this.closest = texts.tiles ? CLOSEST_WITH_STREETS : CLOSEST_WITHOUT;
    const map = L.map(this.box.querySelector(".map"), {
      minZoom: 3, maxZoom: this.closest, zoomSnap: texts.tiles ? 1 : 0.5, zoomControl: false, maxBounds: [[-85, -180], [85, 180]], maxBoundsViscosity: 1,
      zoomAnimation: !calm.matches, fadeAnimation: !calm.matches, markerZoomAnimation: !calm.matches, inertia: !calm.matches,
    });
    L.control.zoom({ zoomInTitle: texts.textZoomIn, zoomOutTitle: texts.textZoomOut }).addTo(map);
    map.attributionControl.setPrefix("Leaflet").addAttribution(element("span", { textContent: texts.credit }).innerHTML);
    return map;
  }

  // Called whenever the map comes into sight; `alone` on a narrow screen, without the list.
  shown(alone) {
    this.alone = alone;
    this.map.invalidateSize({ animate: false });
    if (!alone) this.sheet.hide();
    else if (this.at < 0 && this.listed.length) this.sheet.show(ofCard(this.listed[0], this.texts), 0, this.listed.length);
    if (!this.isStarted) this.#start();
    if (alone && this.listed.length) this.#open(Math.max(this.at, 0));
  }

  #start() {
    this.isStarted = true;
    const { map } = this;
    const circle = numbers(this.texts.circle);
    if (circle) L.circle([circle[0], circle[1]], { radius: circle[2] * 1000, className: "reach", interactive: false }).addTo(map);
    this.#frame(circle);
    this.cards.forEach((card) => card.draw(map, () => this.#press(card)));
    this.#settle();
    const container = map.getContainer();
    for (const name of ["pointerdown", "wheel", "keydown"]) container.addEventListener(name, () => { this.isMoved = true; }, { passive: true });
    map.on("moveend", () => this.#moved());
    map.on("popupopen", ({ popup }) => popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", this.texts.textClose));
    this.box.querySelectorAll("[data-frame]").forEach((button) => button.addEventListener("click", () => {
      this.isMoved = true;
      map.fitBounds(bounds(numbers(button.dataset.frame)), { animate: !calm.matches });
    }));
    this.#load();
  }

  #frame(circle) {
    const view = /^#carte=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
    if (view) { this.map.setView([Number(view[2]), Number(view[3])], Number(view[1]), { animate: false }); return; }
    const searched = numbers(this.texts.box);
    const found = L.latLngBounds(this.listed.map((card) => card.position));
    if (circle) found.extend(L.latLng(circle[0], circle[1]).toBounds(2000 * circle[2]));
    const isWhole = found.isValid() && (circle || !this.texts.more || isSmall(found));
    const area = searched ? bounds(searched) : isWhole ? found : MAINLAND;
    // A frame that was searched stays as it was, or it would grow by each search.
    const isKept = new URLSearchParams(location.search).has("bbox");
    const edge = isKept ? 0 : 18;
    const room = { paddingTopLeft: [edge, edge + (isKept ? 0 : BAR_PX)], paddingBottomRight: [edge, edge + this.sheet.height] };
    this.map.fitBounds(area, { ...room, maxZoom: FIRST_CLOSEST, animate: false });
  }

  #moved() {
    if (this.isMoved) this.#remember();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.#load(), WAIT_MS);
  }

  // The view stays in the address, and is one press from being searched.
  #remember() {
    const { lat, lng } = this.map.getCenter();
    history.replaceState(history.state, "", `#carte=${this.map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}`);
    const here = this.box.querySelector(".search-here");
    here.href = this.#listOf(this.map.getBounds());
    here.hidden = false;
  }

  #listOf(area) {
    const address = new URL(location.href);
    address.hash = "";
    for (const name of ["ou", "pres", "rayon", "page"]) address.searchParams.delete(name);
    const side = (degrees, most) => Math.min(Math.max(degrees, -most), most).toFixed(4);
    const sides = [side(area.getWest(), 180), side(area.getSouth(), 90), side(area.getEast(), 180), side(area.getNorth(), 90)];
    address.searchParams.set("bbox", sides.join(","));
    return address.href;
  }

  async #load() {
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    const query = frameOf(this.map);
    try {
      const others = this.texts.more ? json(`${this.texts.points}&page=${this.texts.page}&${query}`, signal) : { clusters: [], places: [] };
      const [found] = await Promise.all([others, this.ground.load(query, signal)]);
      this.others.take(found);
      this.#settle();
      this.box.dataset.ready = "1";
    } catch (error) { if (error.name !== "AbortError") console.error("map", error.message); }
  }

  // Everything gets its room: the name of the town first, then cards, what is not in the list, other names.
  #settle() {
    const room = new Room();
    const shifts = around(15, 6);
    for (const selector of CONTROLS) this.#keep(room, this.box.querySelector(selector));
    this.ground.writeTown(room);
    this.cards.forEach((card) => card.settle(this.map, room, shifts));
    this.others.draw(room);
    this.ground.write(room);
    this.#count();
  }

  // Nothing goes below what stands on the map.
  #keep(room, control) {
    const { left, top, width, height } = control.getBoundingClientRect();
    const own = this.map.getContainer().getBoundingClientRect();
    room.take({ left: left - own.left, top: top - own.top, width, height });
  }

  #count() {
    const view = this.map.getBounds();
    const seen = this.listed.filter((card) => view.contains(card.position)).length + this.others.countIn(view);
    this.box.querySelector(".map-status").textContent = counted(seen, this.texts.textOne, this.texts.textMany);
  }

  #enter(area, isOneSpot) {
    this.isMoved = true;
    if (isOneSpot || this.map.getZoom() >= this.closest) { location.assign(this.#listOf(L.latLngBounds(area).pad(0.01))); return; }
    this.map.fitBounds(area, { maxZoom: this.closest, padding: [40, 40], animate: !calm.matches });
    this.map.getContainer().focus({ preventScroll: true });
  }

  #press(card) {
    if (this.alone && card.isListed) { this.#open(this.listed.indexOf(card)); return; }
    if (this.alone) { this.#show(ofCard(card, this.texts), -1); return; }
    this.#mark(card);
    card.link.focus({ preventScroll: true });
    card.item.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
  }

  #tell(place) {
    if (this.alone) { this.#show(ofPlace(place, this.texts, true), -1); return; }
    this.#mark(null);
    const bubble = L.popup({ minWidth: 240, maxWidth: 280, autoPanPaddingTopLeft: [64, BAR_PX + 16] }).setLatLng(place.at).setContent(ofPlace(place, this.texts, false));
    bubble.openOn(this.map);
    const panel = bubble.getElement();
    panel.querySelector("h2 a").focus({ preventScroll: true });
    panel.addEventListener("keydown", (event) => { if (event.key === "Escape") this.map.closePopup(bubble); });
    bubble.on("remove", () => this.map.getContainer().focus({ preventScroll: true }));
  }

  #open(at) {
    const card = this.listed[at];
    this.isMoved = false;
    this.#show(ofCard(card, this.texts), at);
    this.#mark(card);
    this.map.panInside(card.position, { paddingTopLeft: [30, BAR_PX + 60], paddingBottomRight: [30, this.sheet.height + 30], animate: !calm.matches });
  }

  // A card stays marked, in the list and on the map, until another is chosen.
  #mark(card) {
    if (this.marked) { this.marked.isKept = false; this.marked.choose(false); }
    this.marked = card;
    if (card) { card.isKept = true; card.choose(true); }
  }

  #show(content, at) {
    this.#mark(null);
    if (at >= 0) this.at = at;
    this.sheet.show(content, at, this.listed.length);
  }

  #step(step) {
    const next = this.at + step;
    if (next >= 0 && next < this.listed.length) this.#open(next);
  }
}
