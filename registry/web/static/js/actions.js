// Print, share, filters, and "go there" by the map program of a phone: everything else needs no script.
"use strict";

(() => {
  for (const print of document.querySelectorAll("[data-print]")) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  // Android opens geo: in the map program that was chosen; iOS does not, and opens its own at Apple's address.
  function wayTo(place) {
    const { userAgent, maxTouchPoints } = navigator;
    if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)) return `https://maps.apple.com/?daddr=${place}`;
    return /Android/.test(userAgent) ? `geo:${place}?q=${place}` : "";
  }
  document.addEventListener("click", (event) => {
    const go = event.target.closest("[data-go]");
    if (go) go.href = wayTo(go.dataset.go) || go.href;
  }, true);

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
