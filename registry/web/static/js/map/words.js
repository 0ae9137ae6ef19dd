// Words and elements.

const language = document.documentElement.lang;

export const number = (value) => value.toLocaleString(language);

export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_whole, name) => (typeof values[name] === "number" ? number(values[name]) : values[name] ?? ""));
}

// In French, 0 and 1 are singular: which form a number takes is the language's own rule.
export function counted(n, one, many) {
  return fill(new Intl.PluralRules(language).select(n) === "one" ? one : many, { n });
}

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export async function json(address, signal) {
  const answer = await fetch(address, { signal });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

export const numbers = (text) => (text ? text.split(",").map(Number) : null);
