import { useCallback, useEffect, useState } from "preact/hooks";
import type { AnswerOf } from "../../../client/calls.ts";
import { announce } from "../announcing.ts";
import { Dialog } from "../dialog.tsx";
import { faultText } from "../fault-text.ts";
import { Badge, Empty, Fault, Title } from "../parts.tsx";
import { clockTime } from "../times.ts";
import { useLive } from "../use-live.ts";
import { useNow } from "../use-now.ts";
import type { ViewProps } from "../view.ts";
import { AddPos, type NewPos } from "./add-pos.tsx";
import { CodeDialog } from "./code-dialog.tsx";
import { DamagedRow, type DamagedPos } from "./damaged-row.tsx";
import { PairTerminal } from "./pair-terminal.tsx";
import { PAIRING_WORDS } from "./words.ts";

type Pos = AnswerOf<"pos.list">["pos"][number];

type Asking =
  | { readonly kind: "add" }
  | { readonly kind: "code"; readonly made: AnswerOf<"pos.add">; readonly wasPaired: boolean }
  | { readonly kind: "revoke"; readonly pos: string };

const LOOK_EVERY_MS = 5_000;

/** POS programs that are known, and the pairing of them and of terminals. */
export function PairingView(props: ViewProps) {
  const { words, language, session } = props;
  const own = PAIRING_WORDS[language];
  const { known, damaged, fault: loadFault, load } = useKnown(props);
  const [asking, setAsking] = useState<Asking>();
  const [working, setWorking] = useState(false);
  const [fault, setFault] = useState<string>();
  const close = () => {
    setAsking(undefined);
    setFault(undefined);
    void load();
  };
  const during = async (work: () => Promise<void>) => {
    setWorking(true);
    setFault(undefined);
    try {
      await work();
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setWorking(false);
    }
  };
  const makeCode = (asked: NewPos | { readonly pos: string }) =>
    during(async () => {
      const wasPaired = known?.some(({ pos, paired }) => pos === asked.pos && paired) === true;
      const { scopes, ...rest } = { scopes: undefined, ...asked };
      const made = await session.ask("pos.add", { ...rest, ...(scopes === undefined ? {} : { scopes: [...scopes] }) });
      setAsking({ kind: "code", made, wasPaired });
    });
  const askToRevoke = (pos: string) => setAsking({ kind: "revoke", pos });
  const revoke = (pos: string) =>
    during(async () => {
      await session.ask("pos.revoke", { pos });
      announce(own.revoked(pos));
      close();
    });
  return (
    <>
      <Title aside={own.intro}>{own.programs}</Title>
      <div class="actions actions-start">
        <button type="button" class="primary" onClick={() => setAsking({ kind: "add" })}>
          {own.add}
        </button>
      </div>
      <Fault text={asking === undefined ? (fault ?? loadFault) : loadFault} />
      {known === undefined || known.length + damaged.length === 0 ? (
        <Empty title={known === undefined ? words.shell.loading : own.none}>
          {known === undefined ? undefined : own.noneHint}
        </Empty>
      ) : (
        <ul class="rows" data-ready>
          {damaged.map((each) => (
            <DamagedRow key={each.place} {...props} damaged={each} revoke={askToRevoke} />
          ))}
          {known.map((each) => (
            <PosRow
              key={each.pos}
              {...props}
              pos={each}
              newCode={() => !working && void makeCode({ pos: each.pos })}
              revoke={() => askToRevoke(each.pos)}
            />
          ))}
        </ul>
      )}
      <section class="panel" aria-labelledby="pair-terminals">
        <h2 id="pair-terminals">{own.terminals}</h2>
        <p class="muted">{own.terminalsHint}</p>
        <PairTerminal {...props} />
      </section>
      {asking === undefined ? null : (
        <Question {...props} asking={asking} {...{ working, fault, makeCode, revoke, close }} />
      )}
    </>
  );
}

/** What is asked, or shown, in front of everything else. */
function Question(
  props: ViewProps & {
    readonly asking: Asking;
    readonly working: boolean;
    readonly fault: string | undefined;
    readonly makeCode: (asked: NewPos | { readonly pos: string }) => Promise<void>;
    readonly revoke: (pos: string) => Promise<void>;
    readonly close: () => void;
  },
) {
  const { language, asking, working, fault, makeCode, revoke, close } = props;
  const own = PAIRING_WORDS[language];
  switch (asking.kind) {
    case "add":
      return <AddPos {...props} add={(pos) => void makeCode(pos)} closed={close} />;
    case "code": {
      const { made, wasPaired } = asking;
      const again = () => void makeCode({ pos: made.pos });
      return <CodeDialog key={made.code} {...props} made={made} wasPaired={wasPaired} again={again} closed={close} />;
    }
    case "revoke":
      return (
        <Dialog title={own.revokeTitle(asking.pos)} closed={close}>
          <p>{own.revokeHint}</p>
          <Fault text={fault} />
          <div class="actions">
            <button type="button" onClick={close}>
              {own.cancel}
            </button>
            <button
              type="button"
              class="danger"
              aria-disabled={working}
              onClick={() => !working && void revoke(asking.pos)}
            >
              {working ? own.revoking : own.revoke}
            </button>
          </div>
        </Dialog>
      );
  }
}

function PosRow(props: ViewProps & { readonly pos: Pos; readonly newCode: () => void; readonly revoke: () => void }) {
  const { pos: known, language, newCode, revoke } = props;
  const { pos, paired, sessions, scopes, createdAt, origin, lan, shared } = known;
  const own = PAIRING_WORDS[language];
  const nowMs = useNow(60_000);
  return (
    <li class="row">
      <div class="row-main">
        <span class="row-title">{pos}</span>
        <span class="muted">{scopes.map((scope) => own.scopes[scope]).join(", ")}</span>
      </div>
      <div class="row-state">
        <Badge tone={paired ? (sessions > 0 ? "good" : "quiet") : "warning"}>
          {paired ? own.paired : own.notPaired}
        </Badge>
        <span class="muted">{own.sessions(sessions)}</span>
      </div>
      <dl class="row-facts">
        <div>
          <dt>{own.since}</dt>
          <dd>
            <time dateTime={createdAt}>{clockTime(createdAt, nowMs, language)}</time>
          </dd>
        </div>
        {origin === undefined ? null : (
          <div>
            <dt>{own.origin}</dt>
            <dd class="code">{origin}</dd>
          </div>
        )}
        {shared ? <div class="muted">{own.shared}</div> : null}
        {lan === true ? <div class="muted">{own.lan}</div> : null}
      </dl>
      <div class="actions">
        <button type="button" class="small" aria-label={`${own.newCode}: ${pos}`} onClick={newCode}>
          {own.newCode}
        </button>
        <button type="button" class="small" aria-label={`${own.revoke}: ${pos}`} onClick={revoke}>
          {own.revoke}
        </button>
      </div>
    </li>
  );
}

/** Nobody is told when a POS connects, so the list is asked for again while somebody looks at it. */
function useKnown({ session, words }: ViewProps) {
  const opened = useLive(session.opened);
  const [known, setKnown] = useState<readonly Pos[]>();
  const [damaged, setDamaged] = useState<readonly DamagedPos[]>([]);
  const [fault, setFault] = useState<string>();
  const load = useCallback(async () => {
    try {
      const { pos, unreadable = [] } = await session.ask("pos.list", {});
      setKnown(pos);
      setDamaged(unreadable);
      setFault(undefined);
    } catch (error) {
      setFault(faultText(error, words));
    }
  }, [session, words]);
  useEffect(() => {
    if (opened === 0) return undefined;
    void load();
    const timer = setInterval(() => void load(), LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [opened, load]);
  return { known, damaged, fault, load };
}
