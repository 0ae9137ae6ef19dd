// Print, share, and "go there" for machines without a map program: everything else needs no script.
"use strict";

(() => {
  for (const print of document.querySelectorAll("[data-print]")) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  const go = document.querySelector("[data-go]");
  if (go && !window.matchMedia("(pointer: coarse)").matches) go.href = go.dataset.go;  // a phone has an app for geo:

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
