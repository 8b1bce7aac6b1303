import { request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isLoopback } from "../../core/loopback.ts";
import type { Clock } from "../../core/ports.ts";
import type { SimulatorEffect } from "../../drivers/simulator.ts";

export type SimulatedCall = Extract<SimulatorEffect, { readonly kind: "call" }>;

/** Posts for a simulated cloud, to this machine alone: the address comes from whoever asked, and could be anybody's. */
export interface Caller {
  /** Ends with one `ended`, in a later turn. */
  call(call: SimulatedCall): void;
  /** Gives up all that are under way; none of them is told. */
  close(): void;
}

export interface CallerListener {
  /** `status` is undefined where nobody answered in time. */
  ended(call: string, status: number | undefined): void;
  log(text: string): void;
}

const MOST_UNDER_WAY = 32;
const MAX_BODY_BYTES = 256 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024;
const LONGEST_WAIT_MS = 120_000;

export function createCaller(listener: CallerListener, clock: Clock): Caller {
  const underWay = new Set<ClientRequest>();
  let isClosed = false;

  const end = (call: string, status: number | undefined): void => {
    setImmediate(() => {
      if (!isClosed) listener.ended(call, status);
    });
  };

  const post = (call: SimulatedCall, url: URL): void => {
    let isOver = false;
    const finish = (status: number | undefined, why?: string): void => {
      if (isOver) return;
      isOver = true;
      if (why !== undefined && !isClosed) listener.log(`a call to ${url.host} failed: ${why}`);
      end(call.call, status);
    };
    const waitMs = Math.min(call.answerTimeoutMs, LONGEST_WAIT_MS);
    // The whole exchange, so that an answer without end ends as well.
    const patience = clock.after(waitMs, () => {
      finish(undefined, `nobody answered within ${waitMs} ms`);
      asked.destroy();
    });
    const asked = started(call, url);
    underWay.add(asked);
    asked.on("response", (answer) => {
      finish(answer.statusCode);
      readAway(answer);
    });
    asked.on("error", (error: NodeJS.ErrnoException) => finish(undefined, error.code ?? error.message));
    asked.on("close", () => {
      patience.cancel();
      underWay.delete(asked);
      finish(undefined, "the connection is gone");
    });
    asked.end(call.body);
  };

  return {
    call: (call) => {
      const fault = faultOf(call, underWay.size);
      if (fault === undefined) return post(call, new URL(call.url));
      listener.log(`a call was not made: ${fault}`);
      end(call.call, undefined);
    },
    close: () => {
      isClosed = true;
      for (const asked of underWay) asked.destroy();
    },
  };
}

function faultOf({ url: text, headers, body }: SimulatedCall, underWay: number): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return "its address is no http:// or https:// URL";
  if (!isLoopback(url.hostname))
    return `a simulated terminal calls this machine alone (127.0.0.1), not ${url.hostname}`;
  if (underWay >= MOST_UNDER_WAY) return `${MOST_UNDER_WAY} others wait for their answers`;
  if (body.length > MAX_BODY_BYTES) return `it has more than ${MAX_BODY_BYTES} bytes`;
  const isPlain = Object.entries(headers).every(
    ([name, value]) => /^[\w-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value),
  );
  return isPlain ? undefined : "its headers cannot be sent";
}

/** On a connection of its own, without an agent: nothing is kept, and no proxy of the environment is asked. */
function started({ headers, body }: SimulatedCall, url: URL): ClientRequest {
  const start = url.protocol === "https:" ? httpsRequest : httpRequest;
  return start(url, { method: "POST", agent: false, headers: { ...headers, "Content-Length": body.length } });
}

/** Its status is all that counts. A redirect is one, and nobody goes there. */
function readAway(answer: IncomingMessage): void {
  let length = 0;
  answer.on("error", () => {}); // told by the request where it matters
  answer.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) answer.destroy();
  });
}
