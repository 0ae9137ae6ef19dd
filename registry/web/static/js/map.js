// The offline map: an enhancement of the list, drawn from our own files, without any tile server.
"use strict";

(() => {
  const MAINLAND = [[41.3, -5.3], [51.2, 9.7]];
  const FRAMED_DEGREES = [9, 13];  // an answer spread wider than this shows the mainland
  const LABELS_FROM_ZOOM = 7;
  const SINGLE_ZOOM = 9;
  const CLUSTERING = { radius: 70, extent: 256, maxZoom: 13, minPoints: 3 };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  const words = (text, count) => text.replace("{n}", number(count));

  function element(tag, text, properties) {
    const made = Object.assign(document.createElement(tag), properties);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  async function json(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return answer.json();
  }

  function palette() {
    return {
      neighbour: token("--tint"), land: token("--sheet"), border: token("--line"),
      strong: token("--quiet"), ink: token("--ink"),
      families: [0, 1, 2, 3].map((number_) => token(`--family-${number_}`)),
    };
  }

  // Families differ by form as well as by colour: full, ringed, hollow, small.
  function pointStyle(family, colours) {
    const colour = colours.families[family] || colours.families[3];
    return [
      { radius: 6, color: colours.land, weight: 1.5, fillColor: colour, fillOpacity: 1 },
      { radius: 6.5, color: colours.ink, weight: 2, fillColor: colour, fillOpacity: 1 },
      { radius: 6, color: colour, weight: 4, fillColor: colours.land, fillOpacity: 1 },
      { radius: 4.5, color: colours.land, weight: 1, fillColor: colour, fillOpacity: 1 },
    ][family] || {};
  }

  function makeMap(box) {
    const holder = box.querySelector(".map");
    const map = L.map(holder, {
      preferCanvas: true, minZoom: 3, maxZoom: 16, zoomSnap: 0.5, zoomControl: false,
      zoomAnimation: !calm.matches, fadeAnimation: !calm.matches, markerZoomAnimation: false,
    });
    L.control.zoom({ zoomInTitle: box.dataset.textZoomIn, zoomOutTitle: box.dataset.textZoomOut }).addTo(map);
    map.attributionControl.setPrefix("Leaflet").addAttribution(box.dataset.textCredit);
    return map;
  }

  function basemap(map, france, neighbours, labels) {
    const layer = (data, style) => L.geoJSON(data, { interactive: false, style }).addTo(map);
    const layers = [
      [layer(topojson.feature(neighbours, neighbours.objects.pays)), (c) => ({ fillColor: c.neighbour, fillOpacity: 1, color: c.border, weight: 0.6 })],
      [layer(topojson.feature(france, france.objects.departements)), (c) => ({ fillColor: c.land, fillOpacity: 1, color: c.border, weight: 0.8 })],
      [layer(topojson.mesh(france, france.objects.regions)), (c) => ({ color: c.strong, weight: 1.2, fill: false })],
    ];
    const paint = () => layers.forEach(([drawn, style]) => drawn.setStyle(style(palette())));
    paint();
    dark.addEventListener("change", paint);
    const names = L.layerGroup(labels.map(([lat, lon, name]) =>
      L.tooltip({ permanent: true, direction: "center", className: "departement", interactive: false })
        .setLatLng([lat, lon]).setContent(element("span", name))));
    const toggle = () => (map.getZoom() >= LABELS_FROM_ZOOM ? names.addTo(map) : names.remove());
    map.on("zoomend", toggle);
    toggle();
  }

  function clusterMarker(map, feature, box) {
    const count = feature.properties.point_count;
    const side = 30 + Math.min(26, Math.round(Math.log10(count) * 9));
    const label = words(box.dataset.textZoom, count);
    const face = element("span", count < 10000 ? number(count) : `${number(Math.round(count / 1000))} k`);
    const icon = L.divIcon({ html: face, className: "cluster", iconSize: [side, side] });
    const [lon, lat] = feature.geometry.coordinates;
    const marker = L.marker([lat, lon], { icon, title: label, keyboard: true });
    const zoom = () => {
      map.flyTo([lat, lon], box.clusters.getClusterExpansionZoom(feature.id), { animate: !calm.matches, duration: 0.5 });
      map.getContainer().focus({ preventScroll: true });
    };
    marker.on("add", () => marker.getElement().setAttribute("aria-label", label));
    marker.on("click", zoom);
    marker.on("keydown", ({ originalEvent: event }) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      zoom();
    });
    return marker;
  }

  async function fill(popup, rowid, position, box) {
    const place = await json(box.dataset.place.replace(/0\.json$/, `${rowid}.json`));
    const card = element("div");
    card.append(element("p", undefined));
    card.firstChild.append(element("strong", place.name));
    if (place.address) card.append(element("p", place.address));
    if (place.services.length) card.append(element("p", place.services.join(", "), { className: "quiet" }));
    const links = element("p");
    links.append(element("a", box.dataset.textOpen, { href: place.page }), " · ");
    const { lat, lng } = position;
    links.append(element("a", box.dataset.textOsm, {
      href: `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lng}#map=17/${lat}/${lng}`, rel: "external nofollow",
    }));
    card.append(links);
    popup.setContent(card);
  }

  function placeMarker(feature, box, colours) {
    const [lon, lat] = feature.geometry.coordinates;
    const { family, rowid } = feature.properties;
    const marker = L.circleMarker([lat, lon], pointStyle(family, colours));
    marker.bindPopup(element("p", "…"), { maxWidth: 280 });
    marker.on("popupopen", ({ popup }) => {
      fill(popup, rowid, marker.getLatLng(), box).catch(() => popup.setContent(element("p", box.dataset.textFailed)));
    });
    return marker;
  }

  function draw(map, group, box) {
    const bounds = map.getBounds().pad(0.1);
    const area = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const colours = palette();
    const found = box.clusters.getClusters(area, Math.round(map.getZoom()));
    group.clearLayers();
    found.forEach((feature) => group.addLayer(
      feature.properties.cluster ? clusterMarker(map, feature, box) : placeMarker(feature, box, colours)));
    count(map, box);
  }

  function count(map, box) {
    const view = map.getBounds();
    const seen = box.points.reduce((total, [lat, lon]) => total + (view.contains([lat, lon]) ? 1 : 0), 0);
    box.querySelector(".map-status").textContent = seen === 1 ? box.dataset.textOne : words(box.dataset.textPlaces, seen);
    const link = document.querySelector(".to-list a[href*='/lieux']");
    if (link) {
      const address = new URL(link.href);
      const edge = [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((degree) => degree.toFixed(3));
      address.searchParams.set("bbox", edge.join(","));
      link.href = address.pathname + address.search;
    }
  }

  function viewInAddress() {
    const found = /^#carte=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
    return found ? [Number(found[2]), Number(found[3]), Number(found[1])] : null;
  }

  function remember(map) {
    const { lat, lng } = map.getCenter();
    history.replaceState(history.state, "", `#carte=${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}`);
  }

  function frame(points) {
    if (points.length === 0) return MAINLAND;
    const bounds = L.latLngBounds(points.map(([lat, lon]) => [lat, lon]));
    const spread = [bounds.getNorth() - bounds.getSouth(), bounds.getEast() - bounds.getWest()];
    return spread[0] < FRAMED_DEGREES[0] && spread[1] < FRAMED_DEGREES[1] ? bounds : MAINLAND;
  }

  function show(map, box) {
    const view = viewInAddress();
    if (view) map.setView([view[0], view[1]], view[2], { animate: false });
    else map.fitBounds(frame(box.points), { maxZoom: 11, padding: [4, 4], animate: false });
  }

  async function start(box) {
    const base = box.dataset.basemap;
    const wanted = ["france_ne.topo.json", "voisins.topo.json", "labels.json"].map((name) => json(base + name));
    if (box.dataset.points) wanted.push(json(box.dataset.points));
    const [france, neighbours, labels, answer] = await Promise.all(wanted);
    box.hidden = false;
    const map = makeMap(box);
    if (box.dataset.single) {
      const position = box.dataset.single.split(",").map(Number);
      map.setView(position, SINGLE_ZOOM);
      basemap(map, france, neighbours, labels);
      L.circleMarker(position, { ...pointStyle(1, palette()), radius: 9, interactive: false }).addTo(map);
      return;
    }
    box.points = answer.points;
    box.clusters = new Supercluster(CLUSTERING).load(answer.points.map(([lat, lon, family, rowid]) => ({
      type: "Feature", properties: { family, rowid }, geometry: { type: "Point", coordinates: [lon, lat] },
    })));
    show(map, box);
    basemap(map, france, neighbours, labels);
    const group = L.layerGroup().addTo(map);
    const redraw = () => draw(map, group, box);
    redraw();
    map.on("moveend", () => { redraw(); remember(map); });
    map.on("popupopen", ({ popup }) => {
      const close = popup.getElement().querySelector(".leaflet-popup-close-button");
      if (close) close.setAttribute("aria-label", box.dataset.textClose);
    });
    dark.addEventListener("change", redraw);
    box.querySelectorAll("[data-view]").forEach((button) => button.addEventListener("click", () => {
      if (!button.dataset.view) { map.fitBounds(MAINLAND); return; }
      const [lat, lon, zoom] = button.dataset.view.split(",").map(Number);
      map.setView([lat, lon], zoom, { animate: !calm.matches });
    }));
    box.dataset.ready = "1";
  }

  function launch(box) {
    if (box.started) return;
    box.started = true;
    start(box).catch((error) => {
      box.hidden = true;
      if (box.dataset.textFailed) box.before(element("p", box.dataset.textFailed, { className: "quiet" }));
      console.error("map", error.message);
    });
  }

  document.querySelectorAll("[data-map]").forEach((box) => {
    const fold = box.closest("details");
    if (!fold) { launch(box); return; }
    fold.addEventListener("toggle", () => fold.open && launch(box));
  });
})();
