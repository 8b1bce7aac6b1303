import type { TransactionOnWire } from "../../protocol/transaction.ts";
import { diagnose } from "./diagnose.ts";
import type { PayEvent } from "./flow-ports.ts";
import { Flow } from "./flow.ts";
import { languageOf, type Language } from "./language.ts";
import { isSocketUrl, posNameOf, readOrder, type Asked } from "./order.ts";
import { askForPairing } from "./pairing-dialog.ts";
import { defaultUrl, pageMemory, pageTills } from "./page.ts";
import { plugAndPlayMessage } from "./plug-and-play.ts";
import { isUnderWay, offersTerminals, type PayState } from "./state.ts";
import { styleSheet } from "./style.ts";
import { whyNoTerminal } from "./terminal-choice.ts";
import { askForTerminal } from "./terminal-dialog.ts";
import { view } from "./view.ts";
import { createWidget, type Widget } from "./widget.ts";
import { wordsIn } from "./wording.ts";

/** The attributes that say what is charged, and the fields that they become. */
const ASKED = {
  amount: "amount",
  "amount-minor": "amountMinor",
  tip: "tip",
  "tip-minor": "tipMinor",
  currency: "currency",
  order: "order",
  terminal: "terminal",
  operation: "operation",
  original: "original",
  "request-id": "requestId",
  signature: "signature",
  "expires-at": "expiresAt",
} as const satisfies Record<string, keyof Asked>;

const EVENTS = {
  begin: "till-begin",
  progress: "till-progress",
  complete: "till-complete",
  timeout: "till-timeout",
  error: "till-error",
} as const satisfies Record<PayEvent["kind"], string>;

/** `<till-pay amount="12.50" currency="EUR" order="A-1001">`: a button that charges it on a terminal, once. */
export class TillPay extends HTMLElement {
  static readonly observedAttributes = [...Object.keys(ASKED), "url", "language", "custom-handler"];

  readonly #widget: Widget;
  #flow: Flow | undefined;
  #url = "";
  #isReading = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [styleSheet()];
    this.#widget = createWidget(root, {
      pressed: () => this.start(),
      canceled: () => this.cancel(),
      changed: () => void this.#changeTerminal(),
    });
  }

  connectedCallback(): void {
    this.#readSoon();
  }

  disconnectedCallback(): void {
    // Moved within the page it comes back at once, and asks anew.
    this.#flow?.leave();
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#readSoon();
  }

  /** `ready`, `running`, `ended`, ... */
  get state(): PayState["kind"] {
    return this.#flow?.state.kind ?? "noStorage";
  }

  /** What the daemon said last about the payment that is shown. */
  get transaction(): TransactionOnWire | undefined {
    const state = this.#flow?.state;
    return state?.kind === "running" || state?.kind === "ended" ? state.transaction : undefined;
  }

  /** As a press of the button. */
  start(): void {
    this.#flow?.press();
  }

  cancel(): void {
    this.#flow?.cancel();
  }

  /** After an end that the page has dealt with: the button as it was. An order that is paid stays paid. */
  reset(): void {
    this.#flow?.reset();
  }

  /** After a person has looked at the terminal and decided: what the daemon cannot tell of blocks this order no longer. */
  async forget(): Promise<void> {
    await this.#flow?.forget();
  }

  override focus(): void {
    this.#widget.focus();
  }

  /** Attributes are set one after the other: they are read together. */
  #readSoon(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    queueMicrotask(() => {
      this.#isReading = false;
      if (this.isConnected) this.#read();
    });
  }

  #read(): void {
    const memory = pageMemory();
    if (memory === undefined) {
      this.#show({ kind: "noStorage" });
      return;
    }
    const url = this.getAttribute("url") ?? defaultUrl();
    if (!isSocketUrl(url)) {
      this.#show({ kind: "invalid", problem: "urlWrong" });
      return;
    }
    if (this.#flow === undefined || (url !== this.#url && !isUnderWay(this.#flow.state))) {
      this.#flow?.leave();
      this.#url = url;
      this.#flow = this.#createFlow(url, memory);
    }
    this.#flow.ask(readOrder(this.#asked()));
    this.#flow.resume();
  }

  #asked(): Asked {
    return Object.fromEntries(
      Object.entries(ASKED).map(([attribute, field]) => [field, this.getAttribute(attribute) ?? undefined]),
    );
  }

  #createFlow(url: string, memory: NonNullable<ReturnType<typeof pageMemory>>): Flow {
    const explain = (why: string) => diagnose(url, this.#language, why, memory.pairing(url));
    return new Flow({
      url,
      memory,
      now: Date.now,
      place: `${location.pathname}#${this.id}`,
      tills: pageTills(url, memory, this.#language),
      diagnose: explain,
      askPairing: async (again) => {
        const name = memory.pairing(url)?.pos ?? posNameOf(location.host);
        const words = wordsIn(this.#language).pairing;
        const paired = await askForPairing(this.#root, { words, url, name, again, diagnose: explain });
        if (paired === undefined) return "dismissed";
        memory.paired(url, paired.pos, paired.token);
        return "paired";
      },
      askTerminal: (terminals, before) => askForTerminal(this.#root, wordsIn(this.#language), terminals, before),
      whyNoTerminal: (terminals, of) => whyNoTerminal(wordsIn(this.#language), terminals, of),
      show: (state) => this.#show(state),
      emit: (event) => this.#emit(event),
      isThere: () => this.isConnected,
    });
  }

  get #root(): ShadowRoot {
    const root = this.shadowRoot;
    if (root === null) throw new Error("an open shadow root is always there");
    return root;
  }

  get #language(): Language {
    const own = [this.getAttribute("language") ?? undefined, this.closest<HTMLElement>("[lang]")?.lang];
    return languageOf([...own, ...navigator.languages]);
  }

  #show(state: PayState): void {
    const language = this.#language;
    const order = this.#flow?.order;
    const isOffered = offersTerminals(state, order) && pageMemory()?.terminal() !== undefined;
    this.#widget.show(view(state, order, language), {
      language,
      statusHidden: isTrue(this.getAttribute("custom-handler")),
      change: isOffered ? wordsIn(language).choice.change : undefined,
    });
    // For a page's own style, and for tests of a page.
    this.dataset["state"] = state.kind;
  }

  async #changeTerminal(): Promise<void> {
    pageMemory()?.forgetTerminal();
    if (this.#flow !== undefined) this.#show(this.#flow.state);
    this.#widget.focus();
  }

  #emit(event: PayEvent): void {
    const { kind, ...detail } = event;
    this.dispatchEvent(new CustomEvent(EVENTS[kind], { bubbles: true, composed: true, detail }));
    if (!isTrue(this.getAttribute("plug-and-play"))) return;
    const message = plugAndPlayMessage(event);
    // To this window alone, and only while it is of this origin.
    if (message !== undefined) window.postMessage(message, "/");
  }
}

/** An attribute without a value is set as well. */
function isTrue(value: string | null): boolean {
  return value !== null && value !== "false";
}
