import type { TerminalOnWire } from "../../../protocol/terminal.ts";
import { Badge, Empty, TechnicalLine, Title } from "../parts.tsx";
import { hashOf } from "../routes.ts";
import { ago } from "../times.ts";
import { toneOf } from "../tones.ts";
import { useLive } from "../use-live.ts";
import { useNow } from "../use-now.ts";
import type { ViewProps } from "../view.ts";
import { awayText } from "../words/told.ts";
import { linkAddress } from "./link-text.ts";
import { Poll } from "./poll.tsx";

/** All terminals, each with what a technician asks first. */
export function TerminalsView(props: ViewProps) {
  const { session, words } = props;
  const terminals = useLive(session.terminals);
  const isLoaded = useLive(session.opened) > 0;
  const ready = terminals.filter(({ state }) => state === "ready" || state === "busy").length;
  return (
    <>
      <Title aside={terminals.length === 0 ? undefined : words.terminals.summary(ready, terminals.length)}>
        {words.places.terminals}
      </Title>
      {terminals.length === 0 ? (
        <Empty title={isLoaded ? words.start.noTerminals : words.shell.loading}>
          {isLoaded ? <a href={hashOf({ kind: "discovery" })}>{words.start.noTerminalsDo}</a> : undefined}
        </Empty>
      ) : (
        <TerminalList {...props} terminals={terminals} />
      )}
    </>
  );
}

export function TerminalList({ terminals, ...props }: ViewProps & { readonly terminals: readonly TerminalOnWire[] }) {
  const nowMs = useNow(5_000);
  return (
    <ul class="rows" data-ready>
      {terminals.map((terminal) => (
        <TerminalRow key={terminal.id} {...props} terminal={terminal} nowMs={nowMs} />
      ))}
    </ul>
  );
}

function TerminalRow(props: ViewProps & { readonly terminal: TerminalOnWire; readonly nowMs: number }) {
  const { terminal, words, language, session, nowMs } = props;
  const { id, name, state, lastSeen, busyWith, queue, link, vendor, model } = terminal;
  return (
    <li class="row terminal-row">
      <div class="row-main">
        <a class="row-title" href={hashOf({ kind: "terminal", terminal: id })}>
          {name ?? id}
        </a>
        <span class="muted">
          {[name === undefined ? undefined : id, vendor, model].filter((part) => part !== undefined).join(" · ")}
        </span>
      </div>
      <div class="row-state">
        <Badge tone={toneOf(state)}>{words.states[state]}</Badge>
        <Away terminal={terminal} words={words} />
      </div>
      <dl class="row-facts">
        <div>
          <dt>{words.terminals.link}</dt>
          <dd>
            {linkName(link.type, words)} <span class="code">{linkAddress(link)}</span>
          </dd>
        </div>
        <div>
          <dt>{words.terminals.lastSeen}</dt>
          <dd>{lastSeen === null ? words.terminals.never : ago(lastSeen, nowMs, language)}</dd>
        </div>
        {busyWith === undefined ? null : (
          <div>
            <dt>{words.terminals.busyWith}</dt>
            <dd>
              <a href={hashOf({ kind: "transaction", transaction: busyWith })} class="code">
                {busyWith}
              </a>
            </dd>
          </div>
        )}
        <div>
          <dt>{words.terminals.queue}</dt>
          <dd>{queue === 0 ? words.terminals.nobody : queue}</dd>
        </div>
      </dl>
      <Poll session={session} words={words} terminal={id} />
    </li>
  );
}

/** Why it is away: what to look at, and the daemon's sentence behind it. */
export function Away({ terminal, words }: Pick<ViewProps, "words"> & { readonly terminal: TerminalOnWire }) {
  const told = awayText(terminal, words.told);
  return (
    <>
      {told === undefined ? null : <p class="detail">{told}</p>}
      {terminal.detail === undefined ? null : <TechnicalLine>{terminal.detail}</TechnicalLine>}
    </>
  );
}

/** A way of connecting that this page does not know by name is told as it is. */
export function linkName(type: string, { terminals: { linkTypes } }: ViewProps["words"]): string {
  return Object.hasOwn(linkTypes, type) ? linkTypes[type as keyof typeof linkTypes] : type;
}
