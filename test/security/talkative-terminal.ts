import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import type { Ending } from "../support/ending.ts";

/**
 * A stream terminal that says the whole number of the card wherever it can: in the field for it, in texts for people, on receipts, as a
 * number, beside the names of fields, in frames that are torn, unsigned, too long or no frames at all.
 *
 * @param numbers spellings of the number
 */
export async function openTalkativeTerminal(
  ending: Ending,
  numbers: readonly string[],
): Promise<{ readonly port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", () => {
      for (const number of numbers) for (const frame of framesWith(number)) socket.write(frame);
    });
  });
  ending.after(() => void server.close());
  server.on("connection", (socket) => ending.after(() => void socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port };
}

function framesWith(number: string): readonly (string | Buffer)[] {
  const inside = {
    ResponseMessage: `card ${number}`,
    AccountNumber: number,
    Last4Digits: number,
    EmployeeId: number,
    [number]: "as a name",
    Voucher: [`PAN ${number}`, `;${number}=28121010000000?`, `%B${number}^DOE/JANE^2812101?`, "CVV: 123"],
  };
  const signed = (content: object) => {
    const inner = JSON.stringify(content);
    return JSON.stringify({ JsonSerialized: inner, Sign: createHash("sha256").update(inner).digest("hex") });
  };
  return [
    JSON.stringify({ Received: true }),
    signed({ FunctionCode: 106, ResponseCode: 0, ...inside }),
    signed({ FunctionCode: 100, ResponseCode: 0, ...inside }),
    signed({ FunctionCode: 900, MessageCode: 1, MessageText: `insert ${number}` }),
    signed({ ...inside, MessageCode: number }),
    JSON.stringify({ JsonSerialized: JSON.stringify(inside), Sign: number }),
    `${number}}${number}{"JsonSerialized":${number}`,
    Buffer.from(number, "utf16le"),
  ];
}
