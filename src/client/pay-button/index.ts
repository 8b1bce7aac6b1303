/** The pay button for web pages: `<till-pay>`, and the form with a script element and its `data-` attributes. */
import { TillPay } from "./element.ts";
import { placeButton } from "./script-form.ts";

const script = document.currentScript;

// A page that loads it twice has one.
if (customElements.get("till-pay") === undefined) customElements.define("till-pay", TillPay);
if (script instanceof HTMLScriptElement && script.hasAttribute("data-purchase-amount")) placeButton(script);
