// Print, share, and "go there" by the map program of a phone: everything else needs no script.
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
