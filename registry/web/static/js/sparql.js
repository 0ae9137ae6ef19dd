// Loads the query editor over the plain form, from this site only, and feeds it our examples.
"use strict";

(() => {
  const holder = document.getElementById("yasgui");
  const plain = document.getElementById("plain-box");
  const text = document.getElementById("query");
  const query = (slug) => document.querySelector(`[data-query="${slug}"]`).textContent;
  let editor = null;

  function load(tag, properties) {
    return new Promise((resolve, reject) => {
      const made = Object.assign(document.createElement(tag), properties);
      made.addEventListener("load", resolve);
      made.addEventListener("error", reject);
      document.head.append(made);
    });
  }

  function label() {
    holder.setAttribute("role", "region");
    holder.setAttribute("aria-label", holder.dataset.label);
    holder.querySelectorAll(".CodeMirror textarea").forEach((area) => {
      area.setAttribute("aria-label", holder.dataset.label);
      area.setAttribute("aria-describedby", "editor-help");
    });
    holder.querySelectorAll(".CodeMirror-scroll").forEach((area) => {
      if (area.tabIndex !== 0) area.tabIndex = 0;  // a long query scrolls by keyboard too
    });
  }

  async function start() {
    await Promise.all([
      load("link", { rel: "stylesheet", href: holder.dataset.style }),
      load("script", { src: holder.dataset.script }),
    ]);
    holder.hidden = false;
    Yasgui.Yasqe.defaults.autocompleters = ["prefixes", "variables"];
    editor = new Yasgui(holder, {
      requestConfig: { endpoint: new URL(holder.dataset.endpoint, location.href).href, method: "POST" },
      copyEndpointOnNewTab: true,
      persistenceId: null,
      yasqe: { value: text.value, persistenceId: null, autocompleters: ["prefixes", "variables"] },
      yasr: { persistenceId: null },
    });
    editor.getTab().setQuery(text.value);
    label();
    plain.open = false;
    new MutationObserver(label).observe(holder, { childList: true, subtree: true });
    holder.dataset.ready = "1";
  }

  document.querySelectorAll("[data-example]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    text.value = query(link.dataset.example);
    if (editor) {
      editor.getTab().setQuery(text.value);
      editor.getTab().getYasqe().focus();
    } else {
      text.focus();
    }
  }));

  start().catch((error) => { holder.hidden = true; console.error("editor", error); });
})();
