// Print, and "go there" for machines without a map program: everything else on the page needs no script.
"use strict";

(() => {
  const print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }
  const go = document.querySelector("[data-go]");
  if (go && !window.matchMedia("(pointer: coarse)").matches) go.href = go.dataset.go;  // a phone has an app for geo:
})();
