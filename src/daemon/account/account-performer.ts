import { assert, AssertionFailure } from "../../core/assert.ts";
import type { Effect } from "../../drivers/driver.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Performer } from "../terminal/engine.ts";
import type { HttpConnection } from "../terminal/http-connection.ts";
import type { Keyring } from "../terminal/keyring.ts";

export type AccountWord<Message> = Extract<
  Effect<Message>,
  { kind: "tell" | "terminals" | "unusable" | "respond" | "ready" }
>;

type AccountPerformerPorts<Message> = {
  readonly connection: HttpConnection<Message>;
  readonly keyring: Keyring;
  readonly said: (word: AccountWord<Message>) => void;
  /** Waits for a while, where the account is not closed meanwhile. */
  readonly notStored: (why: string) => Promise<"again" | "closed">;
  /** What could not be stored before is stored. */
  readonly storedAfterAll: () => void;
};

/** Performs for an account machine, which never touches a transaction. */
export function accountPerformer<Message>({
  connection,
  keyring,
  said,
  notStored,
  storedAfterAll,
}: AccountPerformerPorts<Message>): Performer<Message> {
  const notItsWord = (what: string): never => {
    throw new AssertionFailure(`an account machine said ${what}, which is not its word`);
  };
  return {
    exchange: async ({ exchange, message, commits, replyTimeoutMs }, owner) => {
      assert(commits === undefined, "an account machine sent what commits");
      owner.own(connection.ask(exchange, message, replyTimeoutMs, "access"));
      return { kind: "goesOn" };
    },
    storeSecrets: async ({ labels, about }) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await keyring.store(labels, about ?? {});
          if (attempt > 1) storedAfterAll();
          return { kind: "answers", input: { kind: "stored", names: Object.keys(labels) } };
        } catch (failure) {
          if (!(failure instanceof HomeFailure)) throw failure;
          const why = `what the vendor sent could not be stored: ${failure.message}`;
          if ((await notStored(why)) === "closed") return { kind: "dropLink", why };
        }
      }
    },
    ready: () => said({ kind: "ready" }),
    accountWord: said,
    send: () => notItsWord("send"),
    repeat: () => notItsWord("repeat"),
    settle: () => notItsWord("settle"),
    propose: () => notItsWord("propose"),
    remember: () => notItsWord("remember"),
    claimed: () => notItsWord("askClaims"),
    createKeyPair: () => notItsWord("createKeyPair"),
    late: () => notItsWord("late"),
    show: () => notItsWord("progress"),
    identified: () => notItsWord("identified"),
    clockTold: () => notItsWord("clockTold"),
    baseline: () => notItsWord("baseline"),
    unpaired: () => notItsWord("unpaired"),
    pairing: () => notItsWord("pairing"),
    reply: () => notItsWord("reply"),
    askAccount: () => notItsWord("askAccount"),
  };
}
