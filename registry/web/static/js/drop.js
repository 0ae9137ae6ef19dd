// A file can be dropped on the form, and one that is too large is told before it is sent. Without a script the form does the rest.
"use strict";

(() => {
  for (const form of document.querySelectorAll("[data-drop]")) {
    const input = form.querySelector("input[type=file]");
    const said = form.querySelector("[data-said]");
    const { most, tooLarge, busy } = form.dataset;
    form.querySelector("[data-drop-here]").hidden = false;

    const judge = () => {
      const file = input.files[0];
      const message = file && file.size > Number(most) ? tooLarge : "";
      input.setCustomValidity(message);
      said.textContent = message;
    };
    input.addEventListener("change", judge);

    for (const kind of ["dragover", "dragenter"]) {
      form.addEventListener(kind, (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        form.classList.add("over");
      });
    }
    form.addEventListener("dragleave", (event) => { if (!form.contains(event.relatedTarget)) form.classList.remove("over"); });
    form.addEventListener("drop", (event) => {
      form.classList.remove("over");
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      const one = new DataTransfer();
      one.items.add(event.dataTransfer.files[0]);
      input.files = one.files;
      judge();
      input.focus();
    });

    // The answer to the first button is a page: until it comes, say so. That to the second is a file, and this page stays.
    form.addEventListener("submit", (event) => {
      if (event.submitter?.name) return;
      said.textContent = busy;
      form.querySelector("[data-send]").dataset.busy = "";
    });
    window.addEventListener("pageshow", () => {
      delete form.querySelector("[data-send]").dataset.busy;
      if (said.textContent === busy) said.textContent = "";
    });
  }
})();
