import { NoAnswer, NotConnected, RequestRefused } from "../../client/errors.ts";
import { HomeFailure } from "../../home/store.ts";
import { JournalFailure } from "../../journal/journal.ts";
import { CommandFailure } from "../exit.ts";
import { SupervisorFailure } from "../supervision/supervisor.ts";
import type { OpenTransaction } from "./ports.ts";

const FOR_PEOPLE = [
  HomeFailure,
  SupervisorFailure,
  CommandFailure,
  JournalFailure,
  RequestRefused,
  NoAnswer,
  NotConnected,
] as const;

/** What the world refuses, as people are told of it; undefined for our own mistakes. */
export function wordsOf(error: unknown): string | undefined {
  return error instanceof Error && FOR_PEOPLE.some((kind) => error instanceof kind) ? error.message : undefined;
}

export function openInWords(open: readonly OpenTransaction[]): string {
  const shown = open.slice(0, 5).map(({ operation, terminal, pos }) => `a ${operation} of ${pos} at ${terminal}`);
  const more = open.length > shown.length ? `, and ${open.length - shown.length} more` : "";
  return `${shown.join(", ")}${more}`;
}
