// The editor's table makes markup of what is answered, then sanitises it: IRIs and datatypes became elements.
// Here every value is escaped: what an answer says is text, whatever it says.

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => SIGNS[sign]);
const LINKED = /^(https?|mailto|tel):/i;

function shortened(iri, prefixes) {
  const [name, start] = Object.entries(prefixes ?? {}).find(([, each]) => iri.startsWith(each)) ?? [];
  return start === undefined ? iri : `${name}:${iri.slice(start.length)}`;
}

export function showAsText(Table) {
  const { getColumns } = Table.prototype;
  Object.assign(Table.prototype, {
    getUriLinkFromBinding({ value }, prefixes) {
      const text = shortened(value, prefixes);
      const target = this.config.openIriInNewWindow ? "_blank" : "_self";
      const shown = LINKED.test(value)
        ? `<a class="iri" target="${target}" rel="noopener noreferrer" href="${escaped(value)}">${escaped(text)}</a>`
        : `<span class="iri">${escaped(text)}</span>`;
      return text !== value || this.persistentConfig.compact ? shown : `&lt;${shown}&gt;`;
    },
    formatLiteral(term, prefixes) {
      const text = escaped(term.value);
      if (this.persistentConfig.compact) return text;
      if (term["xml:lang"]) return `"${text}"<sup>@${escaped(term["xml:lang"])}</sup>`;
      if (!term.datatype) return text;
      return `"${text}"<sup>^^${this.getUriLinkFromBinding({ value: term.datatype }, prefixes)}</sup>`;
    },
    getColumns() {
      const prefixes = this.yasr.getPrefixes();
      // The search reads what has a "&" as markup again: escaped once, that is the text itself.
      const render = (term, use) => {
        if (term === "") return term;
        return use === "filter" || use === "sort" || !use ? escaped(term.value) : this.getCellContent(term, prefixes);
      };
      return getColumns.call(this).map((column, at) => (at ? { ...column, title: escaped(column.name), render } : column));
    },
  });
}
