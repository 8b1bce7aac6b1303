/** The attributes of the script element, as the plug-and-play button has them, and those of the element that they become. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "data-purchase-amount": "amount-minor",
  "data-tip-amount": "tip-minor",
  "data-currency": "currency",
  "data-order-id": "order",
  "data-device-id": "terminal",
  "data-terminal": "terminal",
  "data-operation": "operation",
  "data-original": "original",
  "data-request-id": "request-id",
  "data-signature": "signature",
  "data-expires-at": "expires-at",
  "data-language": "language",
  "data-url": "url",
  "data-custom-handler": "custom-handler",
};

/** Puts a button where the script element is, and keeps it as the script's attributes say. */
export function placeButton(script: HTMLScriptElement): void {
  const button = document.createElement("till-pay");
  button.setAttribute("plug-and-play", "");
  const copy = () => {
    for (const [from, to] of Object.entries(ATTRIBUTES)) {
      const value = script.getAttribute(from);
      const other = Object.entries(ATTRIBUTES).some(([name, same]) => same === to && script.hasAttribute(name));
      if (value !== null) button.setAttribute(to, value);
      else if (!other) button.removeAttribute(to);
    }
  };
  copy();
  new MutationObserver(copy).observe(script, { attributes: true, attributeFilter: Object.keys(ATTRIBUTES) });
  if (script.closest("head") === null) script.after(button);
  else document.addEventListener("DOMContentLoaded", () => document.body.append(button), { once: true });
}
