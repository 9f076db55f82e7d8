/// <reference lib="dom" />

/** Returns the element of the page with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

type Child = Node | string;

/**
 * Makes an element. Text stays text: names of a guest can be anything.
 *
 * @param name Its tag, and its classes behind dots: `p.quiet`.
 */
export function make(name: string, ...children: Child[]): HTMLElement {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag!);
  if (classes.length > 0) element.className = classes.join(" ");
  element.append(...children);
  return element;
}

/** Makes a button that does something. */
export function makeButton(text: string, act: () => void): HTMLElement {
  const button = make("button", text) as HTMLButtonElement;
  button.type = "button";
  button.addEventListener("click", act);
  return button;
}

/** Makes a table with a row for each entry; each cell is text or code. */
export function makeTable(heads: readonly string[], rows: readonly (readonly Child[])[]) {
  const head = make("tr", ...heads.map((text) => make("th", text)));
  const body = rows.map((cells) => make("tr", ...cells.map((cell) => make("td", cell))));
  return make("div.wide", make("table", make("thead", head), make("tbody", ...body)));
}

/** Makes a part that opens when its title is chosen. */
export function makeDetails(title: string, ...children: Child[]): HTMLElement {
  return make("details", make("summary", title), ...children);
}
