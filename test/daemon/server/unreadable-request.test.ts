import assert from "node:assert/strict";
import { test } from "node:test";
import { answerToUnreadable } from "../../../src/daemon/server/entrance.ts";

test("a connection that asked nothing in time is closed without a word: a browser would take it for the answer to its next request", () => {
  assert.equal(answerToUnreadable("ERR_HTTP_REQUEST_TIMEOUT"), undefined);
});

test("a connection that sent something else than a request is told so", () => {
  assert.match(answerToUnreadable("HPE_INVALID_METHOD")?.status ?? "", /^400 /);
  assert.match(answerToUnreadable("HPE_HEADER_OVERFLOW")?.status ?? "", /^431 /);
});
