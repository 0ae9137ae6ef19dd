// The map beside the results. On a narrow screen the list comes first and the map, with all that it loads, when asked for.

const box = document.querySelector("[data-map]");
const wide = matchMedia("(min-width: 1000px)");
const toMap = document.querySelector("[data-to-map]");
let loading = null;

const inMapView = () => new URLSearchParams(location.search).get("vue") === "carte";

function address(view) {
  const found = new URL(location.href);
  if (view) found.searchParams.set("vue", view);
  else found.searchParams.delete("vue");
  return found;
}

async function load() {
  const [{ loadLeaflet }, { ResultsMap }] = await Promise.all([import("./map/leaflet.js"), import("./map/results.js")]);
  await loadLeaflet(box.dataset.leaflet);
  return new ResultsMap(box);
}

function fail(error) {
  box.hidden = true;
  document.body.classList.remove("on-map");
  box.before(Object.assign(document.createElement("p"), { className: "quiet", textContent: box.dataset.textFailed }));
  toMap.hidden = true;
  console.error("map", error.message);
}

async function show() {
  const alone = inMapView() && !wide.matches;
  document.body.classList.toggle("on-map", alone);
  box.hidden = !(wide.matches || alone);
  if (box.hidden) return;
  if (alone) document.querySelector("details.asked").open = false;
  try {
    loading ??= load();
    (await loading).shown(alone);
  } catch (error) { fail(error); }
}

async function openMap(event) {
  event.preventDefault();
  history.pushState({ fromList: true }, "", address("carte"));
  scrollTo(0, 0);
  await show();
  box.querySelector("[data-to-list]").focus();
}

function openList() {
  if (history.state?.fromList) { history.back(); return; }
  history.replaceState(null, "", address(""));
  show();
}

if (box) {
  toMap.hidden = false;
  toMap.href = address("carte");
  toMap.addEventListener("click", openMap);
  box.querySelector("[data-to-list]").addEventListener("click", openList);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && document.body.classList.contains("on-map")) openList();
  });
  addEventListener("popstate", async () => {
    const wasAlone = document.body.classList.contains("on-map");
    await show();
    if (wasAlone && !document.body.classList.contains("on-map")) toMap.focus();
  });
  wide.addEventListener("change", show);
  show();
}
