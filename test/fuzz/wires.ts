import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { Target } from "../../scripts/fuzz/target.ts";
import { APPROVED, connectTo, OPEN_LIMITS, SALE, SEND_TIMEOUT_MS, startPeer } from "../transports/http-peer.ts";
import { openDoor, post } from "../transports/callback-caller.ts";
import { fromLatin1, latin1Of } from "./inputs.ts";

const PATH = "/the-secret-path";
const MANY = 1_000_000;

/** Raw bytes at the door where vendors call. They are answered or the connection is closed, and a real call still comes through. */
export async function callbacks(): Promise<Target> {
  const door = await openDoor({ limits: { callsPerSecond: MANY } });
  const body = '{"referenceId":"1","status":"PROCESSED"}';
  const exchanged = async (bytes: Uint8Array): Promise<string> => {
    const socket = connect({ host: "127.0.0.1", port: door.listener.port });
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
    socket.on("error", () => undefined); // `close` follows it
    const closed = once(socket, "close");
    socket.end(bytes);
    void answerCalls();
    await closed;
    return answer;
  };
  const answerCalls = async (): Promise<void> => {
    const call = await door.call(0);
    door.calls.splice(0, 1);
    call.respond(200);
  };
  return {
    seeds: [
      post(PATH, body),
      post(`${PATH}?data.id=ORD1&type=order`, body, "X-Signature: ts=1,v1=2\r\nContent-Encoding: gzip\r\n"),
      post("/", body),
      `GET ${PATH} HTTP/1.1\r\nHost: till\r\n\r\n`,
      `POST ${PATH} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
      `POST ${PATH} HTTP/1.1\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n`,
      `POST ${PATH} HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    ].map(fromLatin1),
    words: [PATH, "\r\n", "Content-Length: ", "Transfer-Encoding: chunked", "HTTP/1.1", "POST "],
    run: async (input) => {
      await exchanged(fromLatin1(latin1Of(input).replaceAll(PATH, door.path)));
      const answer = await exchanged(fromLatin1(post(door.path, body)));
      assert.match(answer, /^HTTP\/1\.1 200 /, "a real call does not come through");
    },
  };
}

/** What a hostile terminal, cloud or proxy answers to a request: there is an answer, or it is lost, and only once. */
export async function httpAnswers(): Promise<Target> {
  let bytes: Uint8Array = new Uint8Array();
  const peer = await startPeer(({ socket, requested }) => void requested.then(() => socket.end(bytes)));
  return {
    seeds: [
      APPROVED,
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.0 503 Busy\r\nRetry-After: 3\r\nSet-Cookie: a=b\r\nset-cookie: c=d\r\n\r\nuntil the end",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
      "HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\n\r\n",
    ].map(fromLatin1),
    words: ["\r\n", "HTTP/1.1", "Content-Length: ", "Transfer-Encoding: ", "chunked", "Connection: close"],
    run: async (input) => {
      bytes = input;
      const { connection, endings, ended } = await connectTo(peer.address);
      await connection.send(SALE, SEND_TIMEOUT_MS);
      const ending = await ended;
      await connection.close();
      peer.connections.splice(0);
      assert.equal(endings.length, 1, "it ended twice");
      if (ending.kind === "answered") assert(ending.answer.body.length <= OPEN_LIMITS.maxAnswerBytes, "it is too long");
    },
  };
}
