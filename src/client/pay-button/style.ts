/** All that a page may want to change is a custom property or a part. */
const CSS = `
:host { display: inline-block; inline-size: 22rem; max-inline-size: 100%; font: var(--till-font, 1rem/1.4 system-ui, sans-serif); color: var(--till-text, #1b1f24); }
:host([hidden]) { display: none; }
button { font: inherit; cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 3px solid var(--till-focus, #1a5fb4); outline-offset: 2px; }
[part~="button"] { inline-size: 100%; min-block-size: 3rem; padding: .6rem 1.4rem; border: 0; border-radius: var(--till-radius, .5rem);
  background: var(--till-accent, #0b5c3b); color: var(--till-accent-text, #fff); font-weight: 600; font-size: 1.125em; }
[part~="button"]:hover { background: var(--till-accent-hover, #08472e); }
[part~="button"][aria-disabled="true"] { background: var(--till-disabled, #e4e7eb); color: var(--till-disabled-text, #414b57); cursor: default; }
[part~="panel"]:not([data-tone]) { display: contents; }
[part~="panel"][data-tone] { margin-block-start: .6rem; padding: .8rem 1rem; border: 1px solid; border-inline-start-width: .4rem;
  border-radius: var(--till-radius, .5rem); background: var(--till-surface, #fff); border-color: var(--tone); }
[data-tone="busy"] { --tone: var(--till-busy, #1a5fb4); }
[data-tone="good"] { --tone: var(--till-good, #0b6b3a); }
[data-tone="bad"] { --tone: var(--till-bad, #b3261e); }
[data-tone="doubt"] { --tone: var(--till-doubt, #8a5300); }
[part~="status"] { display: grid; grid-template-columns: auto 1fr; column-gap: .75rem; align-items: start; }
[part~="status"]:empty { display: none; }
.mark { inline-size: 1.5rem; block-size: 1.5rem; border-radius: 50%; display: grid; place-content: center; background: var(--tone); color: #fff;
  font-weight: 700; line-height: 1; }
[data-tone="busy"] .mark { background: none; border: .2rem solid var(--tone); border-block-start-color: transparent; box-sizing: border-box;
  animation: turn 1s linear infinite; }
@keyframes turn { to { rotate: 1turn; } }
.title { margin: 0; font-weight: 650; font-size: 1.125em; }
.line { margin: .15rem 0 0; overflow-wrap: anywhere; }
[part~="cancel"], [part~="change"], .quiet { margin-block-start: .7rem; min-block-size: 2.5rem; padding: .4rem 1.1rem; background: transparent;
  color: inherit; border: 1px solid currentColor; border-radius: var(--till-radius, .5rem); }
[part~="change"] { border-color: transparent; text-decoration: underline; padding-inline: .2rem; font-size: .9em; margin: 0; }
[part~="cancel"][aria-disabled="true"] { opacity: .6; cursor: default; }
dialog { border: 0; border-radius: .75rem; padding: 1.5rem; max-inline-size: min(26rem, 92vw); box-sizing: border-box; background: var(--till-surface, #fff);
  color: inherit; box-shadow: 0 1rem 3rem rgb(0 0 0 / .3); }
dialog::backdrop { background: rgb(15 20 25 / .55); }
dialog h2 { margin: 0 0 .6rem; font-size: 1.25em; }
dialog p { margin: 0 0 .8rem; }
dialog code { display: block; padding: .5rem .7rem; margin: 0 0 .9rem; background: #eef1f4; color: #1b1f24; border-radius: .4rem; font: .95em/1.5 ui-monospace, monospace;
  overflow-wrap: anywhere; }
dialog label { display: block; font-weight: 600; margin: 0 0 .9rem; }
dialog input:not([type="radio"]) { display: block; box-sizing: border-box; inline-size: 100%; margin-block-start: .25rem; padding: .55rem .7rem; font: inherit; font-weight: 400;
  border: 1px solid #5f6b78; border-radius: .4rem; background: #fff; color: #1b1f24; }
dialog input[name="code"] { font: 1.25em ui-monospace, monospace; letter-spacing: .2em; text-transform: uppercase; }
dialog input[aria-invalid="true"] { border: 2px solid var(--till-bad, #b3261e); }
dialog fieldset { border: 0; padding: 0; margin: 0 0 .5rem; }
dialog legend { padding: 0; margin: 0 0 .6rem; font-size: 1.25em; font-weight: 700; }
dialog .choice { display: flex; gap: .6rem; align-items: baseline; font-weight: 400; padding: .55rem .7rem; border: 1px solid #c4ccd4; border-radius: .4rem; margin: 0 0 .5rem; }
dialog .choice:has(:checked) { border-color: var(--till-accent, #0b5c3b); outline: 1px solid var(--till-accent, #0b5c3b); }
dialog .choice small { margin-inline-start: auto; color: #4a5561; }
.fault { color: var(--till-bad, #b3261e); font-weight: 600; }
.fault:empty { display: none; }
.fault::before { content: "⚠ "; }
.buttons { display: flex; gap: .75rem; justify-content: flex-end; margin-block-start: .4rem; }
.buttons button { margin: 0; min-block-size: 2.75rem; padding: .4rem 1.2rem; border-radius: var(--till-radius, .5rem); }
.main { border: 0; background: var(--till-accent, #0b5c3b); color: var(--till-accent-text, #fff); font-weight: 600; }
@media (prefers-reduced-motion: reduce) { [data-tone="busy"] .mark { animation: none; } }
@media (forced-colors: active) { [part~="button"], .main { border: 1px solid ButtonText; } .mark { forced-color-adjust: none; } }
`;

let sheet: CSSStyleSheet | undefined;

/** Adopted, and not a style element: a page's content security policy does not stop it. */
export function styleSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
