// A program that sends one request to the address in its argument and prints the answer's text.
import type { HttpAddress } from "../../src/transports/http.ts";
import { connectTo, SALE, SEND_TIMEOUT_MS, textOf } from "./http-peer.ts";

const { connection, ended } = await connectTo(JSON.parse(process.argv[2] ?? "") as HttpAddress);
await connection.send(SALE, SEND_TIMEOUT_MS);
console.log(textOf(await ended));
