import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSweep } from "../../../src/cli/bundle/sweep.ts";

const SECRET = 'hunter2-"of the cloud"/Ü';
const KEY = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n".repeat(6)}-----END PRIVATE KEY-----\n`;

function cleanText(text: string, secrets: readonly string[] = [SECRET]): string {
  const swept = createSweep(secrets)(text);
  assert(swept.kind === "clean");
  return swept.text;
}

describe("what nobody else may have is taken out of a text", () => {
  const spellings: Readonly<Record<string, string>> = {
    "as it is": SECRET,
    "as JSON": JSON.stringify({ value: SECRET }),
    "in an address": `https://example.test/?q=${encodeURIComponent(SECRET)}`,
    "in a form": new URLSearchParams({ q: SECRET }).toString(),
    "in base64": Buffer.from(SECRET).toString("base64"),
    "in base64url": Buffer.from(SECRET).toString("base64url"),
    "in hexadecimal": Buffer.from(SECRET).toString("hex"),
    "in large hexadecimal": Buffer.from(SECRET).toString("hex").toUpperCase(),
    "with its line end": `${SECRET}\n`,
  };
  for (const [how, text] of Object.entries(spellings)) {
    it(`a stored secret, ${how}`, () => {
      const left = cleanText(`before ${text} after`);
      assert.match(left, /before [^]*\[hidden\][^]* after/);
      assert(!left.includes(text.trim()) || how === "in an address", left);
      assert.doesNotMatch(left, /hunter2/);
    });
  }

  it("a short secret only where it stands alone: it is found in every date otherwise", () => {
    assert.equal(
      cleanText("PIN 4711, at 10:47:11, number 847110", ["4711"]),
      "PIN [hidden], at 10:47:11, number 847110",
    );
  });

  it("a private key, also one that is cut at its beginning or its end, and one in JSON", () => {
    for (const text of [KEY, KEY.slice(40), KEY.slice(0, 150), JSON.stringify({ key: KEY })]) {
      const left = cleanText(`before\n${text}`, []);
      assert.doesNotMatch(left, /MIIEvQ|PRIVATE/, text.slice(0, 50));
    }
    assert.doesNotMatch(
      cleanText(KEY.slice(60, 140), [KEY]),
      /MIIEvQIBADANBgkqhkiG9w0BAQEFAASC/,
      "a line of a stored one",
    );
  });

  it("tokens in addresses, in headers and in fields", () => {
    const text = [
      "ws://till:pass@127.0.0.1:8455/ and http://127.0.0.1:8455/#login=ABCDEF",
      "https://cloud.test/hook?a=1&access_token=abc.def-ghi&b=2",
      "Authorization: Bearer eyJhbGciOi.J9",
      '{"accessToken": "abcdefgh", "kept": "yes", "authorizationCode": "831000", "secret": "cloud-token"}',
    ].join("\n");
    const quoted = JSON.stringify({ evidence: JSON.stringify({ password: "in quotes", secret: "cloud-token" }) });
    assert.equal(cleanText(quoted), quoted.replace("in quotes", "[hidden]"));
    assert.equal(cleanText("\npassword=abc def"), "\npassword=[hidden] def");
    const left = cleanText(text);
    assert.doesNotMatch(left, /pass@|ABCDEF|abc\.def|eyJhb|abcdefgh/);
    assert.match(left, /a=1&access_token=\[hidden\]&b=2/);
    assert.match(
      left,
      /"kept": "yes", "authorizationCode": "831000", "secret": "cloud-token"/,
      "what is no secret stays",
    );
  });

  it("numbers and tracks of cards; times, ids and hashes stay", () => {
    const kept =
      "2026-01-02T03:04:05.000Z 1767323045000 6f2c1a52-7d57-4e55-9f4b-2f5f5d0a1c11 3f1d2c8e4b5a69788796a5b4c3d2e1f0";
    const left = cleanText(
      `${kept}\n4111 1111 1111 1111\n;4111111111111111=29121010000000000000?\nPAN=5500005555555559`,
    );
    assert(left.startsWith(`${kept}\n`), left);
    assert.doesNotMatch(left, /4111 1111|411111111|550000555/);
  });

  it("and what was found is counted", () => {
    const swept = createSweep([SECRET])(`${SECRET} ${SECRET}\n4111111111111111\n${KEY}`);
    assert(swept.kind === "clean");
    assert.deepEqual(swept.finds, { secrets: 2, keys: 1, cards: 1 });
  });

  it("a hostile line of a log takes no time to speak of, and what is swept twice stays as it is", () => {
    const sweep = createSweep([SECRET, "abcd"]);
    for (const piece of [
      '"token',
      "token=",
      "://",
      "a",
      "4111",
      "-----BEGIN PRIVATE KEY-----",
      "-----END PRIVATE KEY-----",
      "?login=[hidden]",
      "\\\\",
      '\\\\"token',
    ]) {
      const swept = sweep(piece.repeat(20_000));
      assert(swept.kind === "clean", piece);
      assert.deepEqual(sweep(swept.text), { ...swept, finds: { secrets: 0, keys: 0, cards: 0 } });
    }
  });
});
