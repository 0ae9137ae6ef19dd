// Without JavaScript the whole page reloads; this renews its table alone, while somebody looks.
"use strict";

(() => {
  const shown = document.querySelector("[data-running]");

  const renew = async () => {
    if (document.hidden) return;
    const answer = await fetch(window.location.href, { cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-running]");
    if (fresh) shown.replaceChildren(...fresh.childNodes);
  };
  window.setInterval(() => { renew().catch(() => {}); }, 2000);
})();
