// Loads the query editor over the plain form, from this site only, and feeds it our examples.

import { showAsText } from "./editor-table.js";
import { Words } from "./editor-words.js";

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

  const words = new Words(JSON.parse(holder.dataset.says));

  function write(item, text, className = "") {
    item.append(Object.assign(document.createElement("span"), { textContent: text, className }));
  }

  // What the editor leaves without a name: its main button, the column of numbers, the choice of a page's size.
  function name() {
    const { run, row, size } = holder.dataset;
    holder.querySelectorAll(".yasqe_queryButton:not(:has(> span))").forEach((button) => write(button, run));
    holder.querySelectorAll("thead .dt-column-title:empty").forEach((title) => write(title, row, "hidden"));
    holder.querySelectorAll("select.tableSizer:not([aria-label])").forEach((choice) => choice.setAttribute("aria-label", size));
  }

  function label() {
    name();
    words.apply(holder);
    holder.querySelectorAll(".CodeMirror textarea:not([aria-describedby])").forEach((area) => {
      area.setAttribute("aria-label", holder.dataset.label);
      area.setAttribute("aria-describedby", "editor-help");
    });
    holder.querySelectorAll(".CodeMirror-scroll").forEach((area) => {
      if (area.tabIndex !== 0) area.tabIndex = 0;  // a long query scrolls by keyboard too
    });
  }

  // The editor's own completers ask prefix.cc and lov.linkeddata.es: ours know this site only.
  function complete(Yasqe) {
    const prefixes = JSON.parse(holder.dataset.prefixes);
    const words = JSON.parse(holder.dataset.words);
    const whole = (yasqe, token) => ({ ...token, from: { ch: token.start }, to: { ch: token.end } });
    const before = (yasqe) => {
      const { line, ch } = yasqe.getDoc().getCursor();
      return yasqe.getDoc().getLine(line).slice(0, ch);
    };
    const declares = (yasqe) => /^\s*PREFIX\s+[a-z]*:?$/i.test(before(yasqe));
    function insert(yasqe, data, { text, from, to }) {
      yasqe.getDoc().replaceRange(text, from, to);
      const name = text.split(":")[0];
      if (!(name in yasqe.getPrefixesFromQuery())) yasqe.addPrefixes({ [name]: prefixes[name] });
    }
    Yasqe.registerAutocompleter({
      name: "declarations", bulk: false, autoShow: true, preProcessToken: whole,
      isValidCompletionPosition: declares,
      get: (yasqe, token) => Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`)
        .filter((text) => text.startsWith(token.string.trim())),
    }, false);
    Yasqe.registerAutocompleter({
      name: "words", bulk: false, autoShow: true, preProcessToken: whole,
      isValidCompletionPosition: (yasqe) => !declares(yasqe) && /(^|[\s(^/|!])[a-z]{2,}:\w*$/i.test(before(yasqe)),
      get: (yasqe, token) => words.filter((word) => word.toLowerCase().startsWith(token.string.toLowerCase())),
      postprocessHints: (yasqe, hints) => hints.map((hint) => ({ ...hint, hint: insert })),
    }, false);
    return ["declarations", "words", "variables"];
  }

  // Triples come as Turtle, rows as CSV.
  const PROGRAMS = {
    curl: (address, sparql, triples) => `curl -H 'Accept: ${triples ? "text/turtle" : "text/csv"}' --data-urlencode query@- ${address} <<'SPARQL'\n${sparql.trim()}\nSPARQL\n`,
    python: (address, sparql, triples) => `import ${triples ? "" : "csv, io, "}urllib.parse, urllib.request\n\nquery = ${JSON.stringify(sparql)}\nrequest = urllib.request.Request(\n    ${JSON.stringify(address)},\n    urllib.parse.urlencode({"query": query}).encode(),\n    {"Accept": "${triples ? "text/turtle" : "text/csv"}"},\n)\nwith urllib.request.urlopen(request) as answer:\n    ${triples ? 'turtle = answer.read().decode("utf-8")\nprint(turtle[:1000])' : 'rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8")))\nprint(rows[:5])'}\n`,
    r: (address, sparql, triples) => `library(httr2)\nquery <- ${JSON.stringify(sparql)}\nanswer <- request(${JSON.stringify(address)}) |>\n  req_headers(Accept = "${triples ? "text/turtle" : "text/csv"}") |>\n  req_body_form(query = query) |>\n  req_perform()\n${triples ? 'cat(resp_body_string(answer, "UTF-8"))' : 'rows <- read.csv(text = resp_body_string(answer), encoding = "UTF-8")\nhead(rows)'}\n`,
  };

  // Comments, addresses and texts may hold any word.
  const givesTriples = (sparql) => /^(construct|describe)$/i.test(
    sparql.replace(/<[^<>\s]*>|"[^"\n]*"|'[^'\n]*'|#.*/g, " ").match(/\b(select|ask|construct|describe)\b/i)?.[0] ?? "",
  );

  function offerCopies() {
    const [box, choice, shown, button, status] = ["copy-box", "copy-as", "copy-text", "copy-button", "copy-status"]
      .map((id) => document.getElementById(id));
    const address = new URL(holder.dataset.endpoint, location.href).href;
    const write = () => {
      const sparql = editor ? editor.getTab().getQuery() : text.value;
      shown.value = PROGRAMS[choice.value](address, sparql, givesTriples(sparql));
      status.textContent = "";
    };
    box.hidden = false;
    box.addEventListener("toggle", write);
    choice.addEventListener("change", write);
    button.addEventListener("click", async () => {
      write();
      try {
        await navigator.clipboard.writeText(shown.value);
        status.textContent = button.dataset.done;
      } catch {
        status.textContent = button.dataset.failed;
        shown.select();
      }
    });
  }

  async function start() {
    await Promise.all([
      load("link", { rel: "stylesheet", href: holder.dataset.style }),
      load("script", { src: holder.dataset.script }),
    ]);
    holder.hidden = false;
    showAsText(Yasgui.Yasr.plugins.table);
    const completers = complete(Yasgui.Yasqe);
    Yasgui.Yasqe.defaults.autocompleters = completers;
    editor = new Yasgui(holder, {
      autofocus: false,  // it would scroll a phone past the heading, and start keyboards where Tab writes a tab
      requestConfig: { endpoint: new URL(holder.dataset.endpoint, location.href).href, method: "POST" },
      copyEndpointOnNewTab: true,
      persistenceId: null,
      yasqe: { value: text.value, persistenceId: null, autocompleters: completers, editorHeight: "364px" },
      yasr: { persistenceId: null },
    });
    editor.getTab().setQuery(text.value);
    holder.setAttribute("role", "region");
    holder.setAttribute("aria-label", holder.dataset.label);
    label();
    plain.open = false;
    new MutationObserver(label).observe(holder, {
      childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["title", "aria-label", "placeholder"],
    });
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

  offerCopies();
  start().catch((error) => { holder.hidden = true; console.error("editor", error); });
})();
