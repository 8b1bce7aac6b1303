import assert from "node:assert/strict";
import { test } from "node:test";
import { Directory } from "../../src/discovery/directory.ts";
import type { MdnsSighting, Sighting } from "../../src/discovery/sighting.ts";

const sighting = (name: string, changes: Partial<MdnsSighting> = {}): MdnsSighting => ({
  kind: "mdns",
  vendor: "acme",
  name,
  address: "192.168.1.40",
  port: 7000,
  host: "acme.local",
  card: "eth0",
  why: "its name",
  score: 50,
  simulated: false,
  isOnLink: true,
  ...changes,
});
const [one, two] = [sighting("one"), sighting("two", { card: "wifi" })];
const nothing = { sightings: [], troubles: [] };

test("two looks are compared: what is new appeared, what is missing vanished, what moved did both", () => {
  const directory = new Directory();

  assert.deepEqual(directory.replace({ ...nothing, sightings: [one] }, ["mdns"]), { appeared: [one], vanished: [] });
  assert.deepEqual(directory.replace({ ...nothing, sightings: [one, two] }, ["mdns"]), {
    appeared: [two],
    vanished: [],
  });
  assert.deepEqual(directory.sightings, [one, two]);

  const moved = sighting("one", { address: "192.168.1.77" });
  assert.deepEqual(directory.replace({ ...nothing, sightings: [moved, two] }, ["mdns"]), {
    appeared: [moved],
    vanished: [one],
  });
  assert.deepEqual(directory.replace({ ...nothing, sightings: [moved, two] }, ["mdns"]), {
    appeared: [],
    vanished: [],
  });
  assert.deepEqual(directory.replace(nothing, ["mdns"]), { appeared: [], vanished: [moved, two] });
  assert.deepEqual(directory.sightings, []);
});

test("what was seen on a card that cannot be looked at has not gone", () => {
  const directory = new Directory();
  directory.replace({ ...nothing, sightings: [one, two] }, ["mdns"]);

  const changes = directory.replace({ sightings: [], troubles: [{ card: "eth0", text: "no" }, { text: "a part" }] }, [
    "mdns",
  ]);

  assert.deepEqual(changes, { appeared: [], vanished: [two] });
  assert.deepEqual(directory.sightings, [one]);
});

test("what was seen in another way than was looked in now has not gone, nor where that way is closed", () => {
  const port: Sighting = {
    kind: "serial",
    path: "/dev/ttyACM0",
    name: "acme",
    why: "its USB vendor",
    simulated: false,
  };
  const directory = new Directory();
  directory.replace({ ...nothing, sightings: [one, port] }, ["mdns", "serial"]);

  assert.deepEqual(directory.replace(nothing, ["mdns"]), { appeared: [], vanished: [one] });
  const blind = { sightings: [], troubles: [{ kind: "serial", text: "no udevadm" } as const] };
  assert.deepEqual(directory.replace(blind, ["serial"]), { appeared: [], vanished: [] });
  assert.deepEqual(directory.replace(nothing, ["serial"]), { appeared: [], vanished: [port] });
});

test("what nobody can look at any more is kept as far as there is room, and the oldest of it goes first", () => {
  const directory = new Directory();
  const blind = { troubles: [{ card: "eth0", text: "it hears, and cannot ask" }] };
  const namesOf = (sightings: readonly Sighting[]) => sightings.map(({ name }) => name);
  const look = (number: number, count: number) =>
    directory.replace(
      { ...blind, sightings: Array.from({ length: count }, (_, index) => sighting(`${number} ${index}`)) },
      ["mdns"],
    );
  look(1, 100);
  look(2, 100);

  const { vanished } = look(3, 100);

  assert.deepEqual(
    namesOf(vanished),
    Array.from({ length: 44 }, (_, index) => `1 ${index + 56}`),
  );
  assert.equal(directory.sightings.length, 256);
  for (let number = 4; number < 20; number += 1) look(number, 128);
  assert.equal(directory.sightings.length, 256);
  assert.equal(look(20, 300).appeared.length, 300, "what is seen now is all kept: whoever looks has its own limit");
});
