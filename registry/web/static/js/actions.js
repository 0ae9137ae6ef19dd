// Print, share, filters, and "go there" for machines without a map program: everything else needs no script.
"use strict";

(() => {
  for (const print of document.querySelectorAll("[data-print]")) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  const go = document.querySelector("[data-go]");
  if (go && !window.matchMedia("(pointer: coarse)").matches) go.href = go.dataset.go;  // a phone has an app for geo:

  // Who opens the filters from the line above the list is led into them, and back when they close.
  const filters = document.querySelector("details.filters");
  const opener = document.querySelector('a[href="#filtres"]');
  if (filters && opener) {
    let cameFrom = null;
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      filters.open = true;
      cameFrom = opener;
      const first = filters.querySelector("#filtres input");
      first.focus({ preventScroll: true });
      filters.scrollIntoView({ block: "start" });
    });
    filters.addEventListener("keydown", (event) => { if (event.key === "Escape") filters.open = false; });
    filters.addEventListener("toggle", () => {
      if (filters.open || !cameFrom) return;
      cameFrom.focus();
      cameFrom = null;
    });
  }

  // Without a script the address unfolds; with one the system's own way comes first, else it is copied too.
  for (const share of document.querySelectorAll("[data-share]")) {
    const { address, copied, title } = share.dataset;
    const said = share.querySelector("[role=status]");
    const copy = () => navigator.clipboard?.writeText(address).then(() => { said.textContent = copied; }, () => {});
    const unfold = () => { share.open = true; copy(); };
    share.querySelector("summary").addEventListener("click", (event) => {
      if (share.open) { said.textContent = ""; return; }
      event.preventDefault();
      if (!navigator.share) { unfold(); return; }
      navigator.share({ title, url: address }).catch((error) => { if (error.name !== "AbortError") unfold(); });
    });
  }
})();
