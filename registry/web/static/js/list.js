// The list without JavaScript is complete; this shortens its addresses and offers "near me".
"use strict";

(() => {
  const form = document.querySelector("form.view");
  const filters = form.querySelector("[data-filters]");
  const near = form.querySelector("[data-near]");
  const status = form.querySelector("[data-near-status]");

  if (window.matchMedia("(max-width: 55.99rem)").matches) filters.open = false;

  form.addEventListener("submit", () => {
    form.querySelectorAll("input, select").forEach((field) => {
      if (field.value === "") field.disabled = true;
    });
  });
  window.addEventListener("pageshow", () => {
    form.querySelectorAll("input:disabled, select:disabled").forEach((field) => { field.disabled = false; });
  });

  if (navigator.geolocation && window.isSecureContext) near.hidden = false;
  near.addEventListener("click", () => {
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      // Three decimals are about 100 m: enough to sort by distance, not to find a door.
      let field = form.querySelector("input[name=pres]");
      if (!field) {
        field = Object.assign(document.createElement("input"), { type: "hidden", name: "pres" });
        form.append(field);
      }
      field.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`;
      form.requestSubmit();
    }, () => { status.textContent = near.dataset.textFailed; }, { maximumAge: 300000, timeout: 15000 });
  });
})();
