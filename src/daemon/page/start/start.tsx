import { Empty, TechnicalLine, Title } from "../parts.tsx";
import { PaymentList } from "../payments/running.tsx";
import { hashOf } from "../routes.ts";
import { isInDoubt } from "../session/open-list.ts";
import { TerminalList } from "../terminals/terminals.tsx";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { mattersOf, type Matter } from "./attention.ts";

/** What needs somebody first, and what goes on. */
export function StartView(props: ViewProps) {
  const { session, words } = props;
  const terminals = useLive(session.terminals);
  const open = useLive(session.open);
  const alarms = useLive(session.alarms);
  const health = useLive(session.health);
  const isLoaded = useLive(session.opened) > 0;
  const matters = mattersOf({ terminals, open, alarms, health }, words);
  const running = open.filter((each) => !isInDoubt(each));
  return (
    <>
      <Title>{words.places.start}</Title>
      {isLoaded ? <Matters matters={matters} {...props} isEmpty={terminals.length === 0} /> : null}
      <ul class="figures">
        <Figure
          name={words.start.ready}
          value={`${terminals.filter(({ state }) => state === "ready").length} / ${terminals.length}`}
        />
        <Figure
          name={words.start.running}
          value={String(running.filter(({ state }) => state === "dispatched").length)}
        />
        <Figure name={words.start.waiting} value={String(running.filter(({ state }) => state === "accepted").length)} />
        <Figure name={words.start.sessions} value={health === undefined ? "–" : String(health.sessions)} />
      </ul>
      {running.length === 0 ? null : (
        <section aria-labelledby="now">
          <h2 id="now">{words.payments.running}</h2>
          <PaymentList {...props} payments={running} />
        </section>
      )}
      <section aria-labelledby="terminals">
        <h2 id="terminals">{words.places.terminals}</h2>
        {terminals.length === 0 ? (
          <Empty title={isLoaded ? words.start.noTerminals : words.shell.loading}>
            {isLoaded ? <a href={hashOf({ kind: "discovery" })}>{words.start.noTerminalsDo}</a> : undefined}
          </Empty>
        ) : (
          <TerminalList {...props} terminals={terminals} />
        )}
      </section>
    </>
  );
}

function Matters({ matters, words, isEmpty }: ViewProps & { matters: readonly Matter[]; isEmpty: boolean }) {
  if (matters.length === 0) {
    return isEmpty ? null : (
      <div class="well">
        <p class="well-title">{words.start.allWell}</p>
        <p class="muted">{words.start.allWellHint}</p>
      </div>
    );
  }
  return (
    <section aria-labelledby="attention">
      <h2 id="attention">{words.start.attention}</h2>
      <ul class="matters">
        {matters.map(({ tone, text, detail, technical, route }) => (
          <li key={text} class={`matter matter-${tone}`}>
            <div>
              <p class="matter-text">{text}</p>
              {detail === undefined ? null : <p>{detail}</p>}
              {technical === undefined ? null : <TechnicalLine>{technical}</TechnicalLine>}
            </div>
            {route === undefined ? null : (
              <a class="button small" href={hashOf(route)} aria-label={`${words.start.look}: ${text}`}>
                {words.start.look}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <li class="figure">
      <span class="figure-value">{value}</span>
      <span class="figure-name">{name}</span>
    </li>
  );
}
