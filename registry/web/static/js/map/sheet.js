// One place in words: below the map of a phone, in a bubble on a wide screen.

import { element, fill } from "./words.js";

const SWIPE_PX = 48;

const way = ([latitude, longitude]) =>
  `https://www.openstreetmap.org/directions?to=${latitude}%2C${longitude}#map=16/${latitude}/${longitude}`;

function icon(name) {
  const sprite = document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  drawn.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  drawn.firstChild.setAttribute("href", `${sprite}#${name}`);
  return drawn;
}

// One main action in a view: on a wide screen that is the search.
function actions(phone, position, texts, isMain = true) {
  const made = element("p", { className: "sheet-actions" });
  if (phone) made.append(element("a", { className: isMain ? "button main" : "button", href: phone }, icon("phone"), ` ${texts.textCall}`));
  const go = element("a", { className: "button", href: way(position), rel: "external nofollow" }, icon("route"), ` ${texts.textGo}`);
  go.dataset.go = position.join();  // see actions.js
  made.append(go);
  return made;
}

// What a card of the list says.
export function ofCard(card, texts) {
  const copy = (selector) => card.item.querySelector(selector)?.cloneNode(true) ?? "";
  const made = element("div", { className: "sheet-card" });
  made.append(copy(".leaf"), element("h2", {}, element("a", { href: card.link.href, textContent: card.name })));
  made.append(element("p", { className: "state-line" }, copy(".badge.example"), card.badge.cloneNode(true), copy(".distance")), copy(".address"));
  made.append(actions(card.item.querySelector(".tel")?.href, card.position, texts));
  return made;
}

// What the node says of a place that the page of the list does not show.
export function ofPlace(place, texts, isMain) {
  const made = element("div", { className: "sheet-card plain" });
  made.append(element("h2", {}, element("a", { href: place.page, textContent: place.name })));
  const badge = (kind, words) => element("span", { className: `badge ${kind}`, textContent: words });
  const example = place.example ? badge("example", place.example) : "";
  made.append(element("p", { className: "state-line" }, example, badge(place.state, place.words)));
  made.append(element("p", { className: "address", textContent: place.address }));
  made.append(actions(place.phone ? `tel:${place.phone}` : "", place.at, texts, isMain));
  return made;
}

export class Sheet {
  constructor(box, step) {
    this.box = box;
    this.panel = box.querySelector(".place-sheet");
    this.place = box.querySelector("[data-sheet-place]");
    this.count = box.querySelector("[data-sheet-count]");
    box.querySelectorAll("[data-step]").forEach((button) => button.addEventListener("click", () => step(Number(button.dataset.step))));
    let start = null;
    this.panel.addEventListener("pointerdown", (event) => { start = event; });
    this.panel.addEventListener("pointerup", (event) => {
      const across = start ? event.clientX - start.clientX : 0;
      const isSwipe = Math.abs(across) > SWIPE_PX && Math.abs(across) > 2 * Math.abs(event.clientY - start.clientY);
      start = null;
      if (isSwipe) step(across < 0 ? 1 : -1);
    });
  }

  show(content, at, total) {
    this.panel.hidden = false;
    this.place.replaceChildren(content);
    this.count.textContent = at < 0 ? "" : fill(this.box.dataset.textOf, { number: at + 1, total });
    const [previous, next] = this.box.querySelectorAll("[data-step]");
    previous.disabled = at === 0;
    next.disabled = at === total - 1;
    this.box.style.setProperty("--sheet-height", `${this.height}px`);
  }

  hide() { this.panel.hidden = true; }

  get height() { return this.panel.hidden ? 0 : this.panel.offsetHeight; }
}
