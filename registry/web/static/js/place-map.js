// The marker of a place in its form: moved by pointer, by a press on the map, or by arrow keys, it writes both numbers.
// Without it the numbers are typed, or the place stands at the centre of its commune.

import { frameOf } from "./map/frame.js";
import { Ground, tilesOf } from "./map/ground.js";
import { loadLeaflet } from "./map/leaflet.js";
import { Room } from "./map/room.js";
import { element, fill, numbers } from "./map/words.js";

const WAIT_MS = 120;
const STREETS_ZOOM = 16;
const NEAR_ZOOM = 12;  // without streets, neighbouring towns say where one is
const FAR_ZOOM = 11;
const STEP_PX = 4;
const LEAP_PX = 40;
const DECIMALS = 5;  // about a metre
const PIN_PX = 32;
const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const typedDegrees = (field, most) => {
  const value = Number(field.value.trim().replace(",", ".") || NaN);
  return Math.abs(value) <= most ? value : NaN;
};

class Placing {
  constructor(box, form) {
    this.box = box;
    this.form = form;
    this.texts = box.dataset;
    this.awaits = form.querySelector("[data-placing-awaits]");
    this.centre = numbers(box.dataset.centre);
    [this.latitude, this.longitude] = ["latitude", "longitude"].map((name) => form.elements[name]);
    this.atCentre = form.elements.centre;
    form.addEventListener("change", ({ target }) => { if ([this.latitude, this.longitude, this.atCentre].includes(target)) this.follow(); });
    form.addEventListener("judged", ({ detail }) => { this.centre = detail.centre; this.follow(); });
  }

  // Where the place stands by its two numbers; null while they are none.
  get stated() {
    const found = [typedDegrees(this.latitude, 90), typedDegrees(this.longitude, 180)];
    return this.atCentre.checked || found.some(Number.isNaN) ? null : found;
  }

  get zoom() { return !this.stated ? FAR_ZOOM : this.texts.tiles ? STREETS_ZOOM : NEAR_ZOOM; }

  follow() {
    const position = this.stated ?? this.centre;
    this.box.hidden = !position;
    this.awaits.hidden = !this.box.hidden;
    if (!this.map || !position) return;
    const isElsewhere = !this.marker.getLatLng().equals(L.latLng(position), 1e-6);
    this.put(position);
    if (isElsewhere) this.map.setView(position, this.zoom, { animate: false });
  }

  put(position) {
    this.marker.setLatLng(position);
    const face = this.marker.getElement();
    face.classList.toggle("unknown", !this.stated);
    face.setAttribute("aria-label", this.stated ? this.texts.textMarker : this.texts.textUnset);
  }

  draw() {
    const position = this.stated ?? this.centre;
    this.box.hidden = false;
    this.map = L.map(this.box.querySelector(".map"), {
      minZoom: 3, maxZoom: 17, zoomSnap: this.texts.tiles ? 1 : 0.5, zoomControl: false, scrollWheelZoom: false,
      zoomAnimation: !calm.matches, fadeAnimation: !calm.matches, markerZoomAnimation: !calm.matches, inertia: !calm.matches,
    });
    L.control.zoom({ zoomInTitle: this.texts.textZoomIn, zoomOutTitle: this.texts.textZoomOut }).addTo(this.map);
    this.map.attributionControl.setPrefix("Leaflet").addAttribution(element("span", { textContent: this.texts.credit }).innerHTML);
    this.map.setView(position, this.zoom, { animate: false });
    this.ground = tilesOf(this.map, this.box) ?? new Ground(this.map, this.box);
    const icon = L.divIcon({ html: "", className: "pin", iconSize: [PIN_PX, PIN_PX], iconAnchor: [PIN_PX / 2, PIN_PX * 1.2] });
    this.marker = L.marker(position, { icon, draggable: true, keyboard: true, autoPan: true }).addTo(this.map);
    this.marker.on("dragend", () => this.take(this.marker.getLatLng()));
    this.marker.getElement().addEventListener("keydown", (event) => this.key(event));
    L.control.scale({ imperial: false }).addTo(this.map);
    // The marker stays where one sees it: else the next zoom would be of somewhere else.
    const setZoom = this.map.setZoom.bind(this.map);
    this.map.setZoom = (zoom, options) => {
      const at = this.marker.getLatLng();
      return this.map.getBounds().contains(at) ? this.map.setZoomAround(at, zoom, options) : setZoom(zoom, options);
    };
    this.map.on("click", ({ latlng }) => this.take(latlng));
    this.map.on("moveend", () => this.later());
    this.put(position);
    this.load();
  }

  key(event) {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const by = event.shiftKey ? LEAP_PX : STEP_PX;
    const { x, y } = this.map.latLngToContainerPoint(this.marker.getLatLng());
    const position = this.map.containerPointToLatLng([x + by * step[0], y + by * step[1]]);
    this.take(position);
    this.map.panInside(position, { padding: [40, 40], animate: false });
  }

  take({ lat, lng }) {
    const position = [lat, lng].map((degrees) => degrees.toFixed(DECIMALS));
    this.atCentre.checked = false;
    this.form.elements.position_kind.value = "";  // what the old position stood for
    [this.latitude.value, this.longitude.value] = position;
    this.put(position.map(Number));
    this.box.querySelector(".placing-said").textContent = fill(this.texts.textPosition, { latitude: position[0], longitude: position[1] });
    for (const field of [this.latitude, this.longitude]) field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  later() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.load(), WAIT_MS);
  }

  async load() {
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      await this.ground.load(frameOf(this.map), this.asking.signal);
      this.ground.write(new Room());
      this.box.dataset.ready = "1";
    } catch (error) { if (error.name !== "AbortError") console.error("map", error.message); }
  }
}

const box = document.querySelector("[data-placing]");
if (box) {
  const placing = new Placing(box, box.closest("form"));
  placing.follow();
  // Nobody who never comes so far loads a map.
  const watch = new IntersectionObserver(async ([seen]) => {
    if (!seen.isIntersecting || box.hidden) return;
    watch.disconnect();
    try {
      await loadLeaflet(box.dataset.leaflet);
      placing.draw();
    } catch (error) {
      box.hidden = true;
      console.error("map", error.message);
    }
  }, { rootMargin: "300px" });
  watch.observe(box);
}
