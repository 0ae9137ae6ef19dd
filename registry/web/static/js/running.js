// Without JavaScript the whole page reloads; this renews its moving parts, while somebody looks.
"use strict";

(() => {
  const parts = () => document.querySelectorAll("[data-running]");

  const renew = async () => {
    if (document.hidden) return;
    const answer = await fetch(window.location.href, { cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelectorAll("[data-running]");
    parts().forEach((part, index) => {
      // What stays the same is left alone: it is not read out again, and keeps its focus.
      if (!fresh[index] || fresh[index].innerHTML === part.innerHTML) return;
      part.replaceChildren(...fresh[index].childNodes);
    });
    if (page.querySelector("[data-ended]")) window.clearInterval(timer);
  };
  const timer = window.setInterval(() => { renew().catch(() => {}); }, 2000);
})();
