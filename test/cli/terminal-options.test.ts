import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CommandFailure, EXIT } from "../../src/cli/exit.ts";
import { isLinkCompletedBy, readChangedLink, readLink, readSettings } from "../../src/cli/terminal-options.ts";

type Options = Readonly<Record<string, string>>;

const callWith = (options: Options, ...flags: readonly string[]) => ({
  text: (name: string) => options[name],
  flag: (name: string) => flags.includes(name),
});
const linkOf = (options: Options) => readLink(callWith(options), options["serial-number"]);
const isMisuse = (words: RegExp) => (error: unknown) =>
  error instanceof CommandFailure && error.exitCode === EXIT.usage && words.test(error.message);

describe("how a terminal is reached", () => {
  it("is said in exactly one way", () => {
    assert.throws(() => linkOf({}), isMisuse(/--tcp, --http, --mdns, --serial, --usb, --cloud, --find, --link/));
    assert.throws(() => linkOf({ tcp: "a:1", http: "a:1" }), isMisuse(/one of/));
  });

  it("is an address, or the path of a port", () => {
    assert.deepEqual(linkOf({ tcp: "10.0.0.4:7000" }), { type: "tcp", host: "10.0.0.4", port: 7000 });
    assert.deepEqual(linkOf({ http: "[fe80::1]:80" }), { type: "http", host: "fe80::1", port: 80 });
    assert.deepEqual(linkOf({ serial: "COM3", "baud-rate": "9600" }), { type: "serial", path: "COM3", baudRate: 9600 });
    for (const wrong of ["10.0.0.4", ":7000", "a:", "a:port", "a:123456"])
      assert.throws(() => linkOf({ tcp: wrong }), isMisuse(/HOST:PORT/), wrong);
  });

  it("is the name that a terminal announces, with the language that it speaks", () => {
    assert.deepEqual(linkOf({ mdns: "http:Front desk: 2" }), { type: "http", mdns: "Front desk: 2" });
    assert.deepEqual(linkOf({ mdns: "tcp:Bar" }), { type: "tcp", mdns: "Bar" });
    for (const wrong of ["Bar", "tcp:", "serial:Bar", ":Bar"])
      assert.throws(() => linkOf({ mdns: wrong }), isMisuse(/tcp:NAME or http:NAME/), wrong);
  });

  it("is a USB device by its numbers, in any letters and as far as they are known", () => {
    const whole = { type: "usb", vendorId: "0x2fb8", productId: "0x2001", serialNumber: "A920-0001" };
    for (const text of ["2fb8:2001:A920-0001", "0x2fb8:0x2001:A920-0001", "2FB8:0x2001:A920-0001"])
      assert.deepEqual(linkOf({ usb: text }), whole, text);
    assert.deepEqual(linkOf({ usb: "2fb8" }), { type: "usb", vendorId: "0x2fb8" });
    assert.deepEqual(linkOf({ usb: "2fb8:2001" }), { type: "usb", vendorId: "0x2fb8", productId: "0x2001" });
    assert.deepEqual(linkOf({ usb: "2fb8:2001:A:B" })["serialNumber"], "A:B");
    assert.equal(linkOf({ usb: "2fb8", "baud-rate": "9600" })["baudRate"], 9600);
    for (const wrong of ["", "PAX", "2fb", "2fb88", "2fb8:20:A1", "2fb8:2001:", `2fb8:2001:${"x".repeat(127)}`])
      assert.throws(() => linkOf({ usb: wrong }), isMisuse(/VENDOR\[:PRODUCT\[:SERIAL\]\]/), wrong);
  });

  it("has a baud rate where it may be a serial port: a whole number that a port can have", () => {
    assert.deepEqual(linkOf({ find: "serial", "serial-number": "A1", "baud-rate": "4000000" }), {
      type: "serial",
      baudRate: 4_000_000,
    });
    for (const wrong of ["abc", "", "-9600", "9600.5", "49", "4000001", "1e4"])
      for (const way of [{ serial: "COM3" }, { usb: "2fb8" }])
        assert.throws(() => linkOf({ ...way, "baud-rate": wrong }), isMisuse(/from 50 to 4000000/), wrong);
    const others = [{ tcp: "a:1" }, { http: "a:1" }, { mdns: "tcp:Bar" }, { find: "tcp" }, { link: '{"type":"usb"}' }];
    for (const other of others)
      assert.throws(
        () => linkOf({ ...other, "serial-number": "A1", "baud-rate": "9600" }),
        isMisuse(/for a serial port/),
        JSON.stringify(other),
      );
  });

  it("is left to the service where the serial number of the device is known, and only there", () => {
    for (const type of ["tcp", "http", "serial"])
      assert.deepEqual(linkOf({ find: type, "serial-number": "A1" }), { type });
    assert.throws(() => linkOf({ find: "tcp" }), isMisuse(/--serial-number/));
    for (const type of ["usb", "cloud", "", "tcpx"])
      assert.throws(() => linkOf({ find: type, "serial-number": "A1" }), isMisuse(/tcp, http or serial/), type);
  });

  it("is at the vendor's servers, or at those that are named", () => {
    assert.deepEqual(readLink(callWith({}, "cloud"), undefined), { type: "cloud" });
    for (const baseUrl of ["https://api.vendor.test/v1", "http://127.0.0.1:8080"])
      assert.deepEqual(linkOf({ cloud: baseUrl }), { type: "cloud", baseUrl });
    for (const wrong of ["counter-1", "api.vendor.test", ""])
      assert.throws(() => linkOf({ cloud: wrong }), isMisuse(/https:\/\/HOST\/PATH, or has nothing behind it/), wrong);
    assert.throws(() => readLink(callWith({ tcp: "a:1" }, "cloud"), undefined), isMisuse(/one of/));
  });

  it("is anything else as JSON, which is an object", () => {
    assert.deepEqual(linkOf({ link: '{"type":"cloud","a":[1]}' }), { type: "cloud", a: [1] });
    for (const wrong of ["", "7", "[]", "null", "{", '"tcp"'])
      assert.throws(() => linkOf({ link: wrong }), isMisuse(/no JSON object/), wrong);
  });
});

describe("how a terminal is reached from now on", () => {
  const serial = { id: "counter-1", link: { type: "serial", path: "COM3", parity: "odd", baudRate: 115_200 } };
  const isCompleted = (options: Options, ...flags: readonly string[]) => isLinkCompletedBy(callWith(options, ...flags));

  it("is what it was, but for a baud rate that is said alone", () => {
    assert.equal(isCompleted({ "baud-rate": "9600" }), true);
    assert.deepEqual(readChangedLink(callWith({ "baud-rate": "9600" }), serial), { ...serial.link, baudRate: 9_600 });
    const onNetwork = { id: "counter-1", link: { type: "tcp", host: "a", port: 1 } };
    assert.throws(() => readChangedLink(callWith({ "baud-rate": "9600" }), onNetwork), isMisuse(/by tcp, .*--serial/));
  });

  it("is found by the serial number that is known already", () => {
    const known = { ...serial, serialNumber: "A1" };
    assert.equal(isCompleted({ find: "tcp" }), true);
    assert.deepEqual(readChangedLink(callWith({ find: "tcp" }), known), { type: "tcp" });
    assert.throws(() => readChangedLink(callWith({ find: "tcp" }), serial), isMisuse(/--serial-number/));
    assert.equal(isCompleted({ find: "tcp" }, "forget-serial-number"), false);
  });

  it("needs nobody to ask where all is said, or nothing", () => {
    for (const options of [
      {},
      { name: "Bar" },
      { serial: "COM4", "baud-rate": "9600" },
      { find: "tcp", "serial-number": "A2" },
    ])
      assert.equal(isCompleted(options), false, JSON.stringify(options));
    assert.equal(readChangedLink(callWith({ name: "Bar" }), undefined), undefined);
  });
});

describe("settings", () => {
  it("are JSON where they can be, and text where they cannot", () => {
    assert.deepEqual(readSettings(["currency=CLP", "quietMs=5", 'accessToken={"secret":"mp"}']), {
      currency: "CLP",
      quietMs: 5,
      accessToken: { secret: "mp" },
    });
    assert.equal(readSettings([], []), undefined);
  });

  it("that are secrets are named", () => {
    assert.deepEqual(readSettings(["currency=CLP"], ["accessToken=mp", "clientSecret=mp.client"]), {
      currency: "CLP",
      accessToken: { secret: "mp" },
      clientSecret: { secret: "mp.client" },
    });
    assert.deepEqual(readSettings([], ["accessToken=mp"]), { accessToken: { secret: "mp" } });
    assert.throws(() => readSettings(["accessToken=5"], ["accessToken=mp"]), isMisuse(/say one of them/));
    assert.throws(() => readSettings([], ["accessToken"]), isMisuse(/--secret-setting is NAME=VALUE/));
  });

  it("that are secrets are never the secret itself, which is not repeated", () => {
    const token = `APP_USR-${"1".repeat(70)}`;
    for (const pasted of [token, "-----BEGIN PRIVATE KEY-----\nhidden", ""])
      assert.throws(
        () => readSettings([], [`accessToken=${pasted}`]),
        (error: Error) => isMisuse(/secret set NAME/)(error) && (pasted === "" || !error.message.includes(pasted)),
      );
  });
});
