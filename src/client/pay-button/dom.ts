type Attributes = Readonly<Record<string, string>>;

/** An element with these attributes and children. Text is only ever text: nothing that a page or a daemon says becomes markup. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  element.append(...children);
  return element;
}

let lastId = 0;

/** For labels, unique in whatever tree it stands. */
export function freshId(): string {
  return `till-pay-${(lastId += 1)}`;
}
