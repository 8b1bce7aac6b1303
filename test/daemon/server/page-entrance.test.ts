import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import type { ServerContext } from "../../../src/daemon/server/handler.ts";
import { loopbackDoor } from "../../../src/daemon/server/doors.ts";
import { pageEntrance } from "../../../src/daemon/server/page-entrance.ts";
import { createKeptLog } from "../../support/kept-log.ts";

test("who asks for a page whose program file is gone gets 503, the log says so once, and the service goes on", async (t) => {
  const log = createKeptLog();
  const failures: unknown[] = [];
  const servePage = pageEntrance(() => Promise.reject(new Error("Cannot find module page-door.js")));
  const server = createServer((request, response) => {
    const door = loopbackDoor("http", 8455, []);
    servePage(request, response, door, { log } as unknown as ServerContext).catch((error: unknown) => {
      failures.push(error);
      response.destroy();
    });
  }).listen(0, "127.0.0.1");
  t.after(() => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  for (const nth of [1, 2]) {
    const answered = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } });
    assert.equal(answered.status, 503, `try ${nth}`);
    assert.match(await answered.text(), /could not be loaded/);
  }
  assert.deepEqual(failures, []);
  assert.equal(log.lines.length, 1);
  assert.match(log.whole[0] ?? "", /page\.notLoaded.*Cannot find module/);
});
