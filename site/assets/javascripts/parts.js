// What pages that draw answers share: filling a sentence, a day as people write it, an element.

export const fill = (template, values) => template.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
export const day = (iso) => iso.replace(/^(\d{4})-(\d{2})-(\d{2})$/, "$3/$2/$1");

/** An element with its attributes and children; texts among the children stay texts. */
export function make(tag, options = {}, ...children) {
  const { className, ...attributes } = options;
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
