// Announces the service on every card of the machine where it runs, as the service would, until it is asked to end.
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { systemClock } from "../../src/client/clock.ts";
import { advertise } from "../../src/discovery/advertise.ts";
import { announceBridge, bridgeService } from "../../src/discovery/bridge-announcement.ts";
import { cardsOf } from "../../src/discovery/cards.ts";

const say = (_event: string, message: string) => console.error(message);
{
  await using _bridge = announceBridge(
    bridgeService({ name: "Corner shop", port: 8_456, version: "1.2.3", scheme: "wss" }),
    {
      cards: () => cardsOf(networkInterfaces()).cards,
      publish: (service, interfaceAddress) => advertise(service, { interfaceAddress, clock: systemClock }),
      clock: systemClock,
      log: { info: say, warn: say },
    },
  );
  await once(process, "SIGTERM");
}
