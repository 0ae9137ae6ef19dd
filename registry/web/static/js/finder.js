// The search box: suggestions by keyboard and screen reader, "around me". Without it the form does the same.
"use strict";

(() => {
  const WAIT_MS = 120;
  const SAID_AFTER_MS = 500;
  const SHORTEST = 2;

  let isPressed = false;
  for (const [name, is] of [["mousedown", true], ["mouseup", false]]) addEventListener(name, () => { isPressed = is; }, true);

  function option(found, index, list) {
    const made = Object.assign(document.createElement("li"), { id: `${list.id}-${index}` });
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    const words = document.createElement("span");
    words.textContent = found.label;
    made.append(words);
    if (found.detail) {
      const detail = Object.assign(document.createElement("small"), { textContent: found.detail });
      made.append(detail);
    }
    made.value_ = found.value;
    return made;
  }

  class Suggestions {
    constructor(input, form) {
      this.input = input;
      this.form = form;
      this.status = form.querySelector("[data-finder-status]");
      this.list = Object.assign(document.createElement("ul"), { id: `${input.id}-suggestions`, className: "suggestions", hidden: true });
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", input.labels[0].textContent);
      input.parentElement.append(this.list);
      for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.list.id]]) input.setAttribute(name, value);
      input.addEventListener("input", () => this.later());
      input.addEventListener("keydown", (event) => this.key(event));
      input.addEventListener("blur", () => this.leave());
      this.list.addEventListener("mousedown", (event) => event.preventDefault());  // the field keeps the focus
      // A click, not the first touch: that may begin to scroll.
      this.list.addEventListener("click", (event) => {
        const chosen = event.target.closest("[role=option]");
        if (chosen) this.take(chosen);
      });
    }

    later() {
      clearTimeout(this.timer);
      const typed = this.input.value.trim();
      if (typed.length < SHORTEST) { this.close(); return; }
      this.timer = setTimeout(() => this.ask(typed), WAIT_MS);
    }

    async ask(typed) {
      const address = new URL(this.form.dataset.suggest, location.href);
      address.searchParams.set("champ", this.input.dataset.suggests);
      address.searchParams.set("q", typed);
      try {
        const answer = await fetch(address);
        if (!answer.ok || this.input.value.trim() !== typed) return;
        this.show((await answer.json()).suggestions);
      } catch { this.close(); }
    }

    show(found) {
      this.list.replaceChildren(...found.map((one, index) => option(one, index, this.list)));
      this.at = -1;
      this.input.removeAttribute("aria-activedescendant");
      this.list.hidden = found.length === 0;
      this.input.setAttribute("aria-expanded", String(found.length > 0));
      clearTimeout(this.saying);
      this.saying = setTimeout(() => { this.status.textContent = this.count(found.length); }, SAID_AFTER_MS);
    }

    count(number) {
      const { textNone, textOne, textMany } = this.form.dataset;
      return number === 0 ? textNone : number === 1 ? textOne : textMany.replace("{n}", number);
    }

    // What is pressed stays where it is until it is let go: on a phone the list pushes it down.
    leave() {
      if (isPressed) addEventListener("mouseup", () => setTimeout(() => this.close()), { once: true });
      else this.close();
    }

    close() {
      clearTimeout(this.timer);
      clearTimeout(this.saying);
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
      this.at = -1;
    }

    move(step) {
      const options = [...this.list.children];
      if (options[this.at]) options[this.at].setAttribute("aria-selected", "false");
      this.at = (this.at + step + options.length + (this.at < 0 && step < 0 ? 1 : 0)) % options.length;
      options[this.at].setAttribute("aria-selected", "true");
      options[this.at].scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", options[this.at].id);
    }

    take(chosen) {
      this.input.value = chosen.value_;
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
      this.close();
      const next = this.form.querySelector("#ou");
      if (next && this.input !== next && next.value === "") next.focus();
    }

    key(event) {
      if (event.key === "Escape" && !this.list.hidden) { event.preventDefault(); this.close(); return; }
      if (this.list.hidden || this.list.children.length === 0) return;
      if (event.key === "ArrowDown") { event.preventDefault(); this.move(1); }
      if (event.key === "ArrowUp") { event.preventDefault(); this.move(-1); }
      if (event.key !== "Enter") return;
      if (this.at >= 0) { event.preventDefault(); this.take(this.list.children[this.at]); }
      else if (this.form.hasAttribute("data-suggesting")) { event.preventDefault(); this.close(); }  // one field of many: nothing is sent
    }
  }

  // For all to see, and for screen readers to say: nothing else changes on the page.
  function tell(form, words) {
    let said = form.querySelector("[data-finder-said]");
    if (!said) {
      said = Object.assign(document.createElement("p"), { className: "notice info" });
      said.setAttribute("role", "status");
      said.setAttribute("data-finder-said", "");
      form.append(said);
    }
    said.textContent = words;
  }

  function offerPosition(form) {
    const near = form.querySelector("[data-near]");
    if (!near || !navigator.geolocation || !window.isSecureContext) return;
    near.hidden = false;
    near.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        // Three decimals are about 100 m: enough to sort by distance, not to find a door.
        form.querySelector("#ou").value = "";
        const field = Object.assign(document.createElement("input"), { type: "hidden", name: "pres" });
        field.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
        form.append(field);
        form.requestSubmit();
      }, () => tell(form, near.dataset.textFailed), { maximumAge: 300000, timeout: 15000 });
    });
  }

  function shorten(form) {
    form.addEventListener("submit", () => form.querySelectorAll("input, select").forEach((field) => { if (field.value === "") field.disabled = true; }));
    window.addEventListener("pageshow", () => form.querySelectorAll("input:disabled, select:disabled").forEach((field) => { field.disabled = false; }));
  }

  // While the answer comes the button turns its pictogram, as wide as before; it may be pressed again.
  function wait(form) {
    const button = form.querySelector("button[type=submit]");
    const busy = (is) => {
      button.style.minWidth = is ? `${button.getBoundingClientRect().width}px` : "";
      button.toggleAttribute("data-busy", is);
      form.ariaBusy = String(is);
    };
    form.addEventListener("submit", () => busy(true));
    window.addEventListener("pageshow", () => busy(false));
  }

  document.querySelectorAll("[data-finder]").forEach((form) => {
    form.querySelectorAll("[data-suggests]").forEach((input) => new Suggestions(input, form));
    offerPosition(form);
  });
  document.querySelectorAll("[data-suggesting]").forEach((box) => {
    box.querySelectorAll("[data-suggests]").forEach((input) => new Suggestions(input, box));
  });
  document.querySelectorAll("[data-finder], form.refine").forEach((form) => { shorten(form); wait(form); });
})();
