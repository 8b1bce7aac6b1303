import type { NamedTarget } from "../../scripts/fuzz/target.ts";

/** Behind three comparisons: what only counting the blocks finds in so few runs. */
function crashes(input: Uint8Array): void {
  const text = new TextDecoder().decode(input);
  if (text.startsWith("b")) {
    if (text.charAt(1) === "u") {
      if (text.charAt(2) === "g") throw new Error("a planted crash");
    }
  }
}

function hangs(input: Uint8Array): void {
  if (input[0] !== 0x7b) return;
  if (input[1] !== 0x7b) return;
  while (input.length > 0) continue;
}

function grows(input: Uint8Array): void {
  if (input[0] !== 0x21) return;
  const kept: string[] = [];
  for (;;) kept.push(`${kept.length} more`.repeat(100));
}

const seeds = [new TextEncoder().encode("a harmless input")];

export const targets: readonly NamedTarget[] = [
  { name: "crash", repeatableRuns: 300, open: () => ({ seeds, run: crashes }) },
  { name: "hang", repeatableRuns: 300, open: () => ({ seeds, run: hangs }) },
  { name: "memory", repeatableRuns: 300, open: () => ({ seeds, run: grows }) },
  {
    name: "stray",
    repeatableRuns: 300,
    open: () => ({ seeds, run: async () => void Promise.reject(new Error("nobody waits for it")) }),
  },
  { name: "good", repeatableRuns: 300, open: () => ({ seeds, run: (input) => void new TextDecoder().decode(input) }) },
];
