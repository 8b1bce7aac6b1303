import assert from "node:assert/strict";
import type { Target } from "../../scripts/fuzz/target.ts";
import { SCOPES } from "../../src/core/pos.ts";
import { schemaFaults } from "../../src/core/schema.ts";
import { checkedParams, methodNamed, scopeFault } from "../../src/daemon/server/checks.ts";
import { readMessage } from "../../src/daemon/server/message.ts";
import { METHODS } from "../../src/protocol/methods.ts";
import { bytesOf, textOf } from "./inputs.ts";
import { assertMasked, assertReadAlike, JSON_TEXTS, NUMBERS } from "./text.ts";
import { CONVERSATIONS } from "./conversations.ts";

/** Texts as they are masked and read here and elsewhere, and one message through all that looks at it before anybody acts on it: what passes fits the published schema to the letter. */
export function requests(): Target {
  return {
    seeds: [...CONVERSATIONS.flat(), ...JSON_TEXTS, ...NUMBERS].map(bytesOf),
    words: Object.keys(METHODS),
    run: (input) => {
      assertReadAlike(input);
      assertMasked(textOf(input));
      const message = readMessage(textOf(input));
      if (message.kind !== "request") return;
      const named = methodNamed(message.method);
      if (named.kind === "refused") return;
      for (const scope of SCOPES) scopeFault(named.value, message.params, [scope]);
      const checked = checkedParams(named.value, message.params, message.paramsFault);
      if (checked.kind === "refused") assert(checked.refusal.message.length < 2_000, "a refusal is too long to read");
      else assert.deepEqual(schemaFaults(METHODS[named.value].params, checked.value), [], "what does not fit passed");
    },
  };
}
