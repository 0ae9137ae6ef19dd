// The editor speaks English: its words give way to those of the page. Queries and results are left alone.

const ATTRIBUTES = ["title", "aria-label", "placeholder"];
const DATA = ".CodeMirror-code, .CodeMirror-hints, tbody td:not([class*=empty]), thead .dt-column-title, option[value^=http], script, style";
const plain = (text) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");

// "{0} results in {1} seconds" -> what matches it, one or several seconds alike.
function pattern(words) {
  return new RegExp(`^${plain(words).replace(/\{\d\}/g, "(.+?)").replace(/seconds$/, "seconds?")}$`);
}

export class Words {
  constructor(texts) {
    this.texts = texts;
    this.patterns = Object.entries(texts).filter(([words]) => words.includes("{0}")).map(([words, said]) => [pattern(words), said]);
  }

  // The words of the page for some of the editor's, or null where they are none of its.
  of(words) {
    if (Object.hasOwn(this.texts, words)) return this.texts[words];
    for (const [shape, said] of this.patterns) {
      const found = shape.exec(words);
      if (found) return said.replace(/\{(\d)\}/g, (_, at) => this.#value(found[Number(at) + 1]));
    }
    return null;
  }

  #value(text) {
    const isNumber = /^\d+(\.\d+)?$/.test(text);
    return isNumber ? Number(text).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 }) : this.texts[text] ?? text;
  }

  apply(root) {
    for (const item of root.querySelectorAll("*")) {
      for (const name of ATTRIBUTES) {
        const said = item.hasAttribute(name) ? this.of(item.getAttribute(name)) : null;
        if (said !== null && said !== item.getAttribute(name)) item.setAttribute(name, said);
      }
      if (item.closest(DATA)) continue;
      for (const node of item.childNodes) {
        const said = node.nodeType === Node.TEXT_NODE ? this.of(node.data.trim()) : null;
        if (said !== null && said !== node.data.trim()) node.data = node.data.replace(node.data.trim(), () => said);
      }
    }
  }
}
