// Asks before a form with unsaved text is left, and only then: nothing asks of whoever changed nothing, or sends it.
"use strict";

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let isUnsaved = form.dataset.unsaved === "yes"; // what stands in it was typed on the page before
  const changed = () => { isUnsaved = true; };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => { isUnsaved = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
}
