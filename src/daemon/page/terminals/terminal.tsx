import { amountIn } from "../language.ts";
import { Badge, Empty, Facts, Title } from "../parts.tsx";
import { PaymentList } from "../payments/running.tsx";
import { hashOf } from "../routes.ts";
import { ago } from "../times.ts";
import { toneOf } from "../tones.ts";
import { useLive } from "../use-live.ts";
import { useNow } from "../use-now.ts";
import type { ViewProps } from "../view.ts";
import { linkAddress } from "./link-text.ts";
import { Poll } from "./poll.tsx";
import { Away, linkName } from "./terminals.tsx";

/** One terminal with all that is known of it. */
export function TerminalView(props: ViewProps) {
  const { session, words, language, route } = props;
  const id = route.kind === "terminal" ? route.terminal : "";
  const terminal = useLive(session.terminals).find((each) => each.id === id);
  const running = useLive(session.open).filter((each) => each.terminal === id);
  const nowMs = useNow(5_000);
  if (terminal === undefined) {
    return (
      <>
        <Title>{id}</Title>
        <Empty title={words.terminals.gone}>
          <a href={hashOf({ kind: "terminals" })}>{words.places.terminals}</a>
        </Empty>
      </>
    );
  }
  const { name, state, fence, link, vendor, model, serialNumber, identity, lastSeen, queue } = terminal;
  const { operations, currencies } = terminal.capabilities;
  const able = Object.entries(operations);
  return (
    <>
      <Title aside={name === undefined ? undefined : id}>{name ?? id}</Title>
      <section class="panel" aria-label={words.terminals.state}>
        <Badge tone={toneOf(state)}>{words.states[state]}</Badge>
        <Away terminal={terminal} words={words} />
        {fence === undefined ? null : (
          <p>
            {fence.advice.text} <a href={hashOf({ kind: "doubts" })}>{words.places.doubts}</a>
          </p>
        )}
        <Poll session={session} words={words} terminal={id} />
      </section>
      {running.length === 0 ? null : <PaymentList {...props} payments={running} />}
      <section class="panel">
        <h2>{words.terminals.technical}</h2>
        <Facts
          facts={[
            [words.terminals.link, `${linkName(link.type, words)} ${linkAddress(link)}`],
            [words.terminals.lastSeen, lastSeen === null ? words.terminals.never : ago(lastSeen, nowMs, language)],
            [words.terminals.queue, queue === 0 ? words.terminals.nobody : String(queue)],
            [words.terminals.vendor, vendor],
            [words.terminals.model, model],
            [words.terminals.serial, serialNumber],
            ...Object.entries(identity ?? {}).map(
              ([what, told]) => [`${words.terminals.identity} (${what})`, told] as const,
            ),
            [words.terminals.currencies, currencies.join(", ")],
          ]}
        />
        <h3>{words.terminals.operations}</h3>
        <ul class="chips">
          {able.map(([type, { recovery, maxAmount }]) => (
            <li key={type}>
              {words.operations[type as keyof typeof words.operations]}{" "}
              <span class="muted" title={words.terminals.recovery}>
                {recovery}
                {maxAmount === undefined || currencies[0] === undefined
                  ? ""
                  : ` ≤ ${amountIn(language, { value: maxAmount, currency: currencies[0] })}`}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
