// The map library, loaded when a map is to be shown.

function added(tag, properties) {
  return new Promise((done, failed) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.addEventListener("load", done);
    made.addEventListener("error", () => failed(new Error(`${made.src || made.href}: not loaded`)));
    document.head.append(made);
  });
}

export async function loadLeaflet(folder) {
  await Promise.all([
    added("link", { rel: "stylesheet", href: `${folder}leaflet.css` }), added("script", { src: `${folder}leaflet.js` }),
  ]);
}
