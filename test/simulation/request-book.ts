import assert from "node:assert/strict";
import type { Result } from "../../src/core/errors.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Started } from "../../src/daemon/api.ts";
import type { World } from "../support/world.ts";
import { onlyJournal } from "./people.ts";

/** What a POS program has written down before it asked: with it, it asks again until it has an answer. */
export type Request = {
  readonly pos: string;
  readonly terminal: string;
  readonly requestId: string;
  readonly operation: Operation;
  transaction?: string;
  refusedFor?: string;
};

/** All that POS programs have asked for and been answered, and whether the answers hold together (rule 1). */
export class RequestBook {
  readonly requests: Request[] = [];
  readonly #world: World;
  /** The one request that was taken under a (`pos`, `requestId`). */
  readonly #taken = new Map<string, Request>();

  constructor(world: World) {
    this.#world = world;
  }

  begin(pos: string, terminal: string, operation: Operation): void {
    this.#begin({ pos, terminal, requestId: `request-${this.requests.length}`, operation });
  }

  /** Another order under the id of an earlier one. */
  beginAs({ pos, requestId }: Request, terminal: string, operation: Operation): void {
    this.#begin({ pos, terminal, requestId, operation });
  }

  #begin(request: Request): void {
    this.requests.push(request);
    this.ask(request);
  }

  /** Not waited for: others act meanwhile, and it may never be answered. */
  ask(request: Request): void {
    void this.#asked(request);
  }

  /** Every POS asks again for what it has no answer to. True when all are answered. */
  async askAgain(): Promise<boolean> {
    const unanswered = this.requests.filter(({ transaction }) => transaction === undefined);
    await Promise.all(unanswered.map((request) => this.#asked(request)));
    return unanswered.every(({ transaction, refusedFor }) => transaction !== undefined || refusedFor !== undefined);
  }

  async #asked(request: Request): Promise<void> {
    const { pos, terminal, requestId, operation } = request;
    try {
      const start = { terminal, requestId, operation };
      this.#note(request, await this.#world.till.transactions.start({ pos, seesAll: false }, start));
    } catch (error) {
      onlyJournal(error);
    }
  }

  #note(request: Request, started: Result<Started>): void {
    const key = `${request.pos} ${request.requestId}`;
    const taken = this.#taken.get(key);
    if (started.kind === "done") {
      const { id } = started.value.transaction;
      assert(
        taken === undefined || isSame(taken, request),
        `${key} is taken by another order, and this one was as well`,
      );
      assert.equal(taken?.transaction ?? id, id, "a request id stands for one transaction");
      request.transaction = id;
      this.#taken.set(key, request);
      return;
    }
    const { reason } = started.refusal;
    if (reason === "requestIdReused") assert(this.#isReused(request), `${key} was sent again and called reused`);
    if (reason !== "timeout") request.refusedFor = reason;
  }

  /** Of a request that was taken and never answered only the journal knows. */
  #isReused(request: Request): boolean {
    return this.#world.journal
      .durable()
      .some((one) => one.pos === request.pos && one.requestId === request.requestId && !isSame(one, request));
  }
}

type Content = { readonly terminal: string; readonly operation: Operation };

function isSame(one: Content, other: Content): boolean {
  return one.terminal === other.terminal && JSON.stringify(one.operation) === JSON.stringify(other.operation);
}
