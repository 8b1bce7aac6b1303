// Replaces the file that is named again and again until it is killed; prints a line after the first time.
import { replaceFile } from "../../src/home/store.ts";

const filler = "x".repeat(200_000);
for (let round = 0; ; round += 1) {
  await replaceFile(process.argv[2] ?? "", JSON.stringify({ round, filler }), "kept");
  if (round === 0) console.log("written");
}
