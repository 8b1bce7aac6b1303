import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../support/properties.ts";
import type { HttpRequest } from "../../../src/core/http.ts";
import { readStoredRequest, writeStoredRequest } from "../../../src/daemon/terminal/stored-request.ts";

test("a stored request reads as it leaves", () => {
  const body = new TextEncoder().encode('{"amount":1250}');
  const text = new TextDecoder().decode(
    writeStoredRequest({
      method: "POST",
      path: "/devices/cat/authorizeSales",
      headers: { "Content-Type": "text/plain" },
      body,
    }),
  );
  assert.equal(text, 'POST /devices/cat/authorizeSales HTTP/1.1\r\nContent-Type: text/plain\r\n\r\n{"amount":1250}');
});

test("whatever a request holds, what is read is what was written", () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/);
  const value = fc.stringMatching(/^[ -~]{0,40}$/);
  const request: fc.Arbitrary<HttpRequest> = fc.record(
    {
      method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE"),
      path: fc.stringMatching(/^\/[!-~]{0,60}$/),
      headers: fc.dictionary(name, value, { maxKeys: 5, noNullPrototype: true }),
      body: fc.uint8Array({ maxLength: 300 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(request, (written) => {
      assert.deepEqual(readStoredRequest(writeStoredRequest(written)), written);
    }),
  );
});

test("what nobody wrote as a request is none", () => {
  for (const text of [
    "",
    "POST /x HTTP/1.1",
    "POST\r\n\r\n",
    "BREW /x HTTP/1.1\r\n\r\n",
    "GET /x HTTP/1.1\r\nno\r\n\r\n",
  ])
    assert.equal(readStoredRequest(new TextEncoder().encode(text)), undefined, JSON.stringify(text));
});

test("a header with a line break is our mistake, and never stored", () => {
  const request = { method: "GET", path: "/", headers: { a: "b\r\nInjected: 1" }, body: new Uint8Array() } as const;
  assert.throws(() => writeStoredRequest(request), /line break/);
});
