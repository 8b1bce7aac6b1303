import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Opening, otherProgramIn, otherProgramInWords, type OtherProgram } from "../../src/core/link-fault.ts";

const text = (said: string) => Uint8Array.from(said, (letter) => letter.charCodeAt(0));

describe("who answers at a wrong address", () => {
  const known: readonly (readonly [OtherProgram, Uint8Array])[] = [
    ["web", text("HTTP/1.1 400 Bad Request\r\n")],
    ["web", text("HTTP/1.0 404 Not Found\r\n")],
    ["ssh", text("SSH-2.0-dropbear_2022.83\r\n")],
    ["mailOrFtp", text("220 mail.example.com ESMTP\r\n")],
    ["mailOrFtp", text("220-Welcome\r\n")],
    ["telnet", Uint8Array.of(0xff, 0xfd, 0x01, 0xff, 0xfb, 0x03)],
    ["tls", Uint8Array.of(0x15, 3, 1, 0, 2, 2, 70)],
  ];
  for (const [program, bytes] of known) {
    it(`is known by its first bytes, however they are cut: ${program}, ${bytes.length} bytes`, () => {
      assert.equal(otherProgramIn(bytes), program);
      const opening = new Opening();
      const found = Array.from(bytes, (byte) => opening.heard(Uint8Array.of(byte)));
      assert.deepEqual(found.filter((each) => each !== undefined).slice(0, 1), [program]);
      assert.match(otherProgramInWords(program), /answers there.*check the terminal's address and port/);
    });
  }

  const unknown: readonly (readonly [string, Uint8Array])[] = [
    ["an acknowledgement", Uint8Array.of(0x06)],
    ["a refusal with what may follow it", Uint8Array.of(0x15, 0x03, 0x02, 0x30, 0x30)],
    ["a frame", text("\x02HTTP/1.1 400\x03")],
    ["noise of a line", Uint8Array.of(0xff, 0xfd, 0xff, 0x00, 0x00)],
    ["a number", text("22012345")],
    ["nothing", Uint8Array.of()],
  ];
  for (const [what, bytes] of unknown) {
    it(`is nobody by ${what}`, () => assert.equal(otherProgramIn(bytes), undefined));
  }

  it("is not looked for behind the first bytes: what a terminal prints later says nothing", () => {
    const opening = new Opening();
    assert.equal(opening.heard(text("\x02 a voucher of ")), undefined);
    assert.equal(opening.heard(text("HTTP/1.1 400")), undefined);
  });
});
