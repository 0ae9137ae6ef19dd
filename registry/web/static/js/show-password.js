// Shows what was typed as a password, for whoever asks. Without a script the box is not there.
"use strict";

for (const box of document.querySelectorAll("[data-show-password]")) {
  box.closest("[hidden]").hidden = false;
  const fields = [...box.form.querySelectorAll('input[type="password"]')];
  box.addEventListener("change", () => {
    for (const field of fields) field.type = box.checked ? "text" : "password";
  });
  box.form.addEventListener("submit", () => {
    for (const field of fields) field.type = "password";
  });
}
