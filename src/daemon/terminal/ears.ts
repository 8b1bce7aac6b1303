import type { Input, LinkLoss } from "../../drivers/driver.ts";
import type { Exchange, ExchangeEnd } from "./exchange.ts";
import type { Item } from "./items.ts";
import type { Place } from "./route.ts";

/** What a terminal's link, or its exchanges, tell. */
export interface Ears<Message> {
  up(link: string): void;
  down(loss: LinkLoss, why: string): void;
  failed(why: string): void;
  message(message: Message): void;
  garbled(why: string, length: number): void;
  ended(exchange: Exchange<Message>, end: ExchangeEnd<Message>): void;
  nobodyListens(): void;
}

/**
 * Everything that is heard takes its turn in the terminal's mailbox.
 *
 * @param alive called for each sign of life, at once
 * @param place where the link that comes up leads
 */
export function earsOf<Message>(
  post: (item: Item<Message>) => void,
  alive: () => void,
  place: () => Place,
): Ears<Message> {
  const hear = (input: Input<Message>): void => {
    alive();
    post({ kind: "input", input });
  };
  return {
    up: (link) => {
      post({ kind: "up", link, place: place() });
    },
    down: (loss, why) => {
      post({ kind: "down", loss, why });
    },
    failed: (why) => {
      post({ kind: "failed", why });
    },
    message: (message) => {
      hear({ kind: "received", message });
    },
    garbled: (why, length) => {
      hear({ kind: "garbled", why, length });
    },
    ended: (exchange, end) => {
      if (end.kind === "answered") alive();
      post({ kind: "exchange", exchange, end });
    },
    nobodyListens: () => {
      post({ kind: "nobodyListens" });
    },
  };
}
