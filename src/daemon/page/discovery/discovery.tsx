import { useCallback, useEffect, useState } from "preact/hooks";
import type { SightingOnWire, VendorDescription } from "../../../protocol/terminal.ts";
import { announce } from "../announcing.ts";
import { Dialog } from "../dialog.tsx";
import { faultText } from "../fault-text.ts";
import { Badge, Empty, Fault, TechnicalLine, Title } from "../parts.tsx";
import { hashOf } from "../routes.ts";
import { clockTime } from "../times.ts";
import { useLive } from "../use-live.ts";
import { useVendors } from "../use-vendors.ts";
import type { ViewProps } from "../view.ts";
import { AddForm } from "./add-form.tsx";
import { placeOfSighting, recognizedBy, sorted, whereIs, withoutSighting, withSighting } from "./sightings.ts";
import { DISCOVERY_WORDS } from "./words.ts";

const LOOK_SECONDS = 3;
const PAUSE_MS = 7_000;

/** What stands for the form that is open: one that was seen, or one that is typed. */
type Adding = { readonly kind: "seen"; readonly seen: SightingOnWire } | { readonly kind: "byHand" };

/** What discovery sees now, with why it takes it for a terminal, and the way to add it. */
export function DiscoveryView(props: ViewProps) {
  const { words, language } = props;
  const own = DISCOVERY_WORDS[language];
  const { seen, notes, looking, lookedAt, fault, look } = useSightings(props);
  const [adding, setAdding] = useState<Adding>();
  // Without them nothing can be added.
  const { vendors, vendorsFault, askVendors } = useVendors(props, () => setAdding(undefined));
  // Pressed before the vendors are known, it opens as soon as they are.
  const openForm = (kind: Adding) => {
    setAdding(kind);
    if (vendors === undefined) askVendors();
  };
  return (
    <>
      <Title aside={lookedAt === undefined ? undefined : own.lastLook(clockTime(lookedAt, Date.now(), language))}>
        {own.title}
      </Title>
      <div class="actions actions-start">
        <button type="button" class="primary" aria-disabled={looking} onClick={() => !looking && void look()}>
          {looking ? own.looking : own.look}
        </button>
        <button
          type="button"
          aria-busy={adding !== undefined && vendors === undefined}
          onClick={() => openForm({ kind: "byHand" })}
          title={own.byHandHint}
        >
          {own.addByHand}
        </button>
      </div>
      <Fault text={fault ?? vendorsFault} />
      {seen.length === 0 ? (
        <Empty title={lookedAt === undefined ? words.shell.loading : own.none}>
          {lookedAt === undefined ? undefined : own.noneHint}
        </Empty>
      ) : (
        <ul class="rows" data-ready>
          {seen.map((each) => (
            <SightingRow
              key={placeOfSighting(each)}
              {...props}
              seen={each}
              vendors={vendors ?? []}
              add={() => openForm({ kind: "seen", seen: each })}
            />
          ))}
        </ul>
      )}
      {notes.length === 0 ? null : (
        <section class="panel">
          <h2>{own.notes}</h2>
          <ul>
            {notes.map((note) => (
              <li key={note}>
                <TechnicalLine>{note}</TechnicalLine>
              </li>
            ))}
          </ul>
        </section>
      )}
      {adding === undefined || vendors === undefined ? null : (
        <Dialog title={own.form.title} closed={() => setAdding(undefined)}>
          <AddForm
            {...props}
            vendors={vendors}
            {...(adding.kind === "seen" ? { seen: adding.seen } : {})}
            closed={() => setAdding(undefined)}
          />
        </Dialog>
      )}
    </>
  );
}

function SightingRow(
  props: ViewProps & {
    readonly seen: SightingOnWire;
    readonly vendors: readonly VendorDescription[];
    readonly add: () => void;
  },
) {
  const { seen, vendors, words, language, add } = props;
  const own = DISCOVERY_WORDS[language];
  const { terminal, vendor, kind, why, score, simulated, reachable, card, state, link } = seen;
  const by = recognizedBy(seen);
  const known = vendors.find(({ id }) => id === vendor);
  const title = seen.name ?? seen.product ?? seen.model ?? seen.device ?? known?.name ?? own.unknownVendor;
  const facts = [
    [own.where, whereIs(seen)],
    [own.card, card],
    [words.terminals.serial, seen.serialNumber],
  ] as const;
  return (
    <li class="row sighting-row">
      <div class="row-main">
        <span class="row-title">{title}</span>
        <span class="muted">
          {[known?.name ?? vendor, kind === undefined ? undefined : (own.kinds[kind] ?? kind), seen.manufacturer]
            .filter((part) => part !== undefined && part !== title)
            .join(" · ")}
        </span>
      </div>
      <div class="row-state">
        {terminal === undefined ? null : (
          <Badge tone="good">
            {own.isTerminal} <a href={hashOf({ kind: "terminal", terminal })}>{terminal}</a>
          </Badge>
        )}
        {simulated === true ? <Badge tone="quiet">{own.simulated}</Badge> : null}
        {reachable === undefined || terminal !== undefined ? null : (
          <Badge tone={reachable ? "good" : "bad"}>{reachable ? own.answers : own.answersNot}</Badge>
        )}
        {score === undefined ? null : <span class="muted">{own.sure(score)}</span>}
        {state === undefined ? null : <TechnicalLine>{state}</TechnicalLine>}
      </div>
      <dl class="row-facts">
        {facts.map(([name, value]) =>
          value === undefined || value === "" ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="code">{value}</dd>
            </div>
          ),
        )}
        <div>
          <dt>{own.why}</dt>
          <dd>
            {by === undefined ? null : <p>{own.recognizedBy[by]}</p>}
            {why === undefined ? null : <TechnicalLine>{why}</TechnicalLine>}
          </dd>
        </div>
      </dl>
      {terminal !== undefined || link === undefined || known === undefined ? null : (
        <button type="button" class="small primary" aria-label={own.addNamed(title)} onClick={add}>
          {own.add}
        </button>
      )}
    </li>
  );
}

/** Looks again and again while somebody is here, and hears of what comes and goes meanwhile. */
function useSightings({ session, words, language }: ViewProps) {
  const own = DISCOVERY_WORDS[language];
  const opened = useLive(session.opened);
  const [seen, setSeen] = useState<readonly SightingOnWire[]>([]);
  const [notes, setNotes] = useState<readonly string[]>([]);
  const [looking, setLooking] = useState(false);
  const [lookedAt, setLookedAt] = useState<string>();
  const [fault, setFault] = useState<string>();
  const look = useCallback(async () => {
    setLooking(true);
    try {
      const found = await session.ask("discovery.scan", { seconds: LOOK_SECONDS });
      setSeen(sorted(found.sightings));
      setNotes(found.notes ?? []);
      setLookedAt(new Date().toISOString());
      setFault(undefined);
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setLooking(false);
    }
  }, [session, words]);
  useEffect(() => {
    if (opened === 0) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isHere = true;
    const again = async () => {
      await look();
      if (isHere) timer = setTimeout(() => void again(), PAUSE_MS);
    };
    void again();
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [opened, look]);
  useEffect(
    () =>
      session.listen((event) => {
        if (event.type === "terminal.appeared") {
          setSeen((before) => withSighting(before, event.sighting));
          announce(own.appeared(event.sighting.name ?? whereIs(event.sighting)));
        }
        if (event.type === "terminal.vanished" && event.sighting !== undefined) {
          const { sighting } = event;
          setSeen((before) => withoutSighting(before, sighting));
          announce(own.vanished(sighting.name ?? whereIs(sighting)));
        }
      }),
    [session, own],
  );
  return { seen, notes, looking, lookedAt, fault, look };
}
