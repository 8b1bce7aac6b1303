// Takes the lock of the home folder that is named and holds it until it is ended.
import { lockHome } from "../../src/home/lock.ts";

const locked = lockHome(process.argv[2] ?? "");
console.log(locked.kind);
setInterval(() => locked, 60_000);
