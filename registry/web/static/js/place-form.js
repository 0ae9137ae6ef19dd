// The form of a place: what an import would say stands beside each field once one leaves it, and the public card beside
// the form. Without it, "See the difference" says the same.

const WAIT_MS = 150;
const OF_ADDRESS = new Set(["adresse", "code_postal", "commune"]);
const form = document.querySelector("form[data-verdict]");
const changes = document.querySelector("[data-changes]");
const touched = new Set();
let timer = 0;
let asking = null;

// Fields that were left, and those of which something stood in the page already: nobody is told off before typing.
const mayTell = (name, box) => touched.has(name) || box.childElementCount > 0;

function tell(box, said, fields) {
  const html = said?.html ?? "";
  if (box.innerHTML !== html) box.innerHTML = html;
  for (const field of fields) {
    if (said?.wrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
}

function show(verdict) {
  const told = new Set();
  for (const box of form.querySelectorAll("[data-said]")) {
    const name = box.dataset.said;
    if (!mayTell(name, box)) continue;
    tell(box, verdict.said[name], form.querySelectorAll(`#f-${CSS.escape(name)}`));
    if (verdict.said[name]) told.add(name);
    if (verdict.said[name]) box.closest("details")?.setAttribute("open", "");
  }
  form.elements.lu.value = [...told].join(",");
  for (const box of form.querySelectorAll("[data-cell]")) {
    const name = box.dataset.cell;
    if (mayTell(name, box)) tell(box, verdict.cells[name], [form.elements[name]]);
  }
  tell(form.querySelector("[data-hours-read]"), { html: verdict.hours }, []);
  for (const [key, html] of Object.entries(verdict.parts)) {
    for (const state of document.querySelectorAll(`[data-part=${key}]`)) state.innerHTML = html;
  }
  document.querySelector("[data-preview]").innerHTML = verdict.preview;
  changes.textContent = verdict.moved || verdict.changes;
  form.dispatchEvent(new CustomEvent("judged", { detail: verdict }));
}

async function judge() {
  asking?.abort();
  asking = new AbortController();
  const typed = new URLSearchParams(new FormData(form));
  typed.set("lieu", form.dataset.place);
  try {
    const answer = await fetch(form.dataset.verdict, { method: "POST", body: typed, signal: asking.signal });
    if (answer.status === 403) {
      changes.textContent = form.dataset.textSignedOut;
      return;
    }
    if (!answer.ok) throw new Error(`${answer.status}`);
    show(await answer.json());
  } catch (error) {
    if (error.name !== "AbortError") changes.textContent = form.dataset.textFailed;
  }
}

function later() {
  form.elements.lu.value = "";
  clearTimeout(timer);
  timer = setTimeout(judge, WAIT_MS);
}

// The hours of a day, to the next one.
function copyOn({ target }) {
  const day = target.closest("[data-copy]")?.closest(".day");
  if (!day) return;
  const [from, onto] = [day, day.nextElementSibling].map((one) => [...one.querySelectorAll("input")]);
  onto.forEach((field, at) => { field.value = from[at].value; touched.add(field.name); });
  onto[0].dispatchEvent(new Event("change", { bubbles: true }));
  onto[0].focus();
}

// Which part one looks at, in the list of parts beside the form.
function follow() {
  const links = new Map([...document.querySelectorAll(".parts > ol a")].map((link) => [link.hash.slice(1), link]));
  const watch = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) links.get(target.id).toggleAttribute("data-seen", isIntersecting);
    const first = [...links.values()].find((link) => link.hasAttribute("data-seen"));
    for (const link of links.values()) {
      if (link === first) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-20% 0px -60%" });
  form.querySelectorAll("section[id]").forEach((part) => watch.observe(part));
}

// Enter in the address asks where it is, where the node can; elsewhere it shows the difference.
function locateOn(event) {
  const locate = form.querySelector("[data-locate]");
  if (event.key !== "Enter" || event.defaultPrevented || !locate || !OF_ADDRESS.has(event.target.name)) return;
  event.preventDefault();
  locate.click();
}

if (form) {
  follow();
  form.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  form.addEventListener("click", copyOn);
  form.addEventListener("keydown", locateOn);
  form.addEventListener("change", ({ target }) => {
    // Dates are chosen one by one: what is wrong with them is told after the last.
    const isDate = target.value === "dates" || (target.name.startsWith("yearly-") && target.name !== "yearly-to-month");
    if (!isDate) touched.add(target.name.replace("yearly-to-month", "yearly-from-day").replace(/-to-month$/, "-when"));
    if (target.name.startsWith("hours-")) touched.add("horaires");
    later();
  });
}
