// Without JavaScript the whole page reloads; this renews its moving parts, while somebody looks.
"use strict";

(() => {
  const parts = () => document.querySelectorAll("[data-running]");
  const places = (part) => [...part.querySelectorAll("a[href], button, summary, [tabindex]")];

  // What stays the same is not touched: it is not read out again. What moves keeps focus and scroll.
  const replace = (part, fresh) => {
    if (!fresh || fresh.innerHTML === part.innerHTML) return;
    const focused = places(part).indexOf(document.activeElement);
    const scrolled = [...part.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
    part.replaceChildren(...fresh.childNodes);
    part.querySelectorAll(".scroll").forEach((box, index) => { box.scrollLeft = scrolled[index] ?? 0; });
    places(part)[focused]?.focus({ preventScroll: true });
  };

  const renew = async () => {
    if (document.hidden) return;
    const answer = await fetch(window.location.href, { cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelectorAll("[data-running]");
    parts().forEach((part, index) => replace(part, fresh[index]));
    if (page.querySelector("[data-ended]")) window.clearInterval(timer);
  };
  const timer = window.setInterval(() => { renew().catch(() => {}); }, 2000);
})();
