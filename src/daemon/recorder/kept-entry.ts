import type { RecordedRole } from "../../core/recording.ts";
import type { Context, Effect, Input } from "../../drivers/driver.ts";
import type { Beginning, RecordedSource } from "./conversation-recorder.ts";

/** As it stands in every entry of a conversation. */
export type KeptConversation = {
  readonly number: number;
  readonly role: RecordedRole;
  readonly source: RecordedSource;
};

type Head = {
  /** In the order in which things happened, at whatever terminal. */
  readonly number: number;
  readonly atMs: number;
  /** What it takes, about as many characters as its JSON would have. */
  readonly size: number;
};

/** What happened, as it is kept: with the very messages, which never change, so that keeping it costs next to nothing. */
export type KeptEntry = Head &
  (
    | { readonly kind: "begun"; readonly conversation: KeptConversation; readonly beginning: Beginning }
    | {
        readonly kind: "step";
        readonly conversation: KeptConversation;
        readonly input: Input<unknown>;
        readonly effects: readonly Effect<unknown>[];
        readonly vendorAheadMs: number;
        readonly random: readonly Uint8Array[];
        /** Absent where they are as in the step before. */
        readonly secrets?: Context["secrets"];
        readonly threw?: string;
      }
    | { readonly kind: "ended"; readonly conversation: KeptConversation }
    | { readonly kind: "link"; readonly source: RecordedSource; readonly state: "open" | "lost"; readonly why?: string }
    | {
        readonly kind: "bytes";
        readonly source: RecordedSource;
        readonly what: "discarded" | "garbled";
        readonly why: string;
        readonly mark: string;
        /** These two grow while the same comes again and again. */
        length: number;
        times: number;
      }
    | {
        readonly kind: "omitted";
        readonly source: RecordedSource;
        readonly conversation?: KeptConversation;
        readonly what: string;
        readonly characters: number;
      }
  );

/** What an entry takes beside its messages. */
export const ENTRY_SIZE = 120;
const VALUE_SIZE = 8;
/** Each level of what nobody would say costs no more time than this. */
const DEEPEST = 48;

/** About as many characters as its JSON would have, without making it. */
export function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length + 3;
  if (typeof value !== "object" || value === null || depth > DEEPEST) return VALUE_SIZE;
  let size = 2;
  if (Array.isArray(value)) {
    for (const item of value) size += sizeOf(item, depth + 1);
    return size;
  }
  for (const name in value) size += name.length + 4 + sizeOf((value as Record<string, unknown>)[name], depth + 1);
  return size;
}
