import { useEffect, useRef, useState } from "preact/hooks";
import type { Json } from "../../../core/json.ts";
import { download } from "../download.ts";
import { faultText } from "../fault-text.ts";
import { ChoiceField } from "../form/fields.tsx";
import { Empty, Fault, Title } from "../parts.tsx";
import { clockTime } from "../times.ts";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { cleared, gist, goesOn, MOST_LINES, NO_LINES, paused, withLines, type Line, type Lines } from "./lines.ts";
import { recordingFile } from "./recording-file.ts";
import { TRACE_WORDS } from "./words.ts";

/** As often as a person can follow it, however fast it comes. */
const DRAW_EVERY_MS = 200;

/** The conversations with terminals, live. */
export function TraceView(props: ViewProps) {
  const { session, words, language } = props;
  const own = TRACE_WORDS[language];
  const terminals = useLive(session.terminals);
  const [terminal, setTerminal] = useState("");
  const { lines, setLines, isOn, fault } = useTrace(props, terminal === "" ? undefined : terminal);
  const { shown, waiting, dropped, isPaused } = lines;
  return (
    <>
      <Title aside={own.intro}>{own.title}</Title>
      <div class="fields trace-tools">
        <ChoiceField
          label={own.terminal}
          value={terminal}
          changed={setTerminal}
          choices={[
            { value: "", text: own.every },
            ...terminals.map(({ id, name }) => ({ value: id, text: name === undefined ? id : `${name} (${id})` })),
          ]}
        />
        <div class="actions actions-start">
          <button type="button" aria-pressed={isPaused} onClick={() => setLines(isPaused ? goesOn : paused)}>
            {isPaused ? own.goOn : own.pause}
          </button>
          <button type="button" onClick={() => setLines(cleared)}>
            {own.clear}
          </button>
          <Download {...props} terminal={terminal === "" ? undefined : terminal} />
        </div>
      </div>
      <p class="muted" role="status">
        {[
          isPaused ? own.paused(waiting.length + dropped) : undefined,
          dropped > 0 ? own.dropped(dropped) : undefined,
          shown.length >= MOST_LINES ? own.bounded(MOST_LINES) : undefined,
        ]
          .filter((part) => part !== undefined)
          .join(" · ")}
      </p>
      <Fault text={fault} />
      {shown.length > 0 ? (
        <ol class="trace" data-ready>
          {shown.toReversed().map((line) => (
            <TraceLine key={line.number} line={line} {...props} />
          ))}
        </ol>
      ) : isOn ? (
        <Empty title={own.waiting}>{own.waitingHint}</Empty>
      ) : fault === undefined ? (
        <Empty title={words.shell.loading} />
      ) : null}
    </>
  );
}

function TraceLine({ line, language }: ViewProps & { readonly line: Line }) {
  const own = TRACE_WORDS[language];
  const { at, terminal, entry } = line;
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <time dateTime={at}>{clockTime(at, Date.now(), language)}</time> <b>{terminal}</b>{" "}
          <span class="code">{gist(entry, own)}</span>
        </summary>
        {isOpen ? (
          <pre class="code" aria-label={own.message} tabIndex={0}>
            {JSON.stringify(entry, undefined, 2)}
          </pre>
        ) : null}
      </details>
    </li>
  );
}

function Download({ session, words, language, terminal }: ViewProps & { readonly terminal: string | undefined }) {
  const own = TRACE_WORDS[language];
  const [working, setWorking] = useState(false);
  const [fault, setFault] = useState<string>();
  const save = async () => {
    setWorking(true);
    setFault(undefined);
    try {
      const at = new Date().toISOString();
      const product = session.health.current()?.version ?? "";
      const text = await recordingFile(session, terminal, { at, product });
      download(`tillbridge-${terminal ?? "terminals"}-${at.replaceAll(":", "-")}.jsonl`, text, "application/jsonl");
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setWorking(false);
    }
  };
  return (
    <>
      <button type="button" title={own.downloadHint} aria-disabled={working} onClick={() => !working && void save()}>
        {working ? own.downloading : own.download}
      </button>
      <Fault text={fault} />
    </>
  );
}

/** The trace is on as long as somebody looks, and turned on again with each new session. */
function useTrace({ session, words }: ViewProps, terminal: string | undefined) {
  const opened = useLive(session.opened);
  const [lines, setLines] = useState<Lines>(NO_LINES);
  // Before the daemon has said so, what is said at the terminals is not seen here.
  const [isOn, setOn] = useState(false);
  const [fault, setFault] = useState<string>();
  const number = useRef(0);
  useEffect(() => {
    if (opened === 0) return undefined;
    let fresh: Line[] = [];
    const timer = setInterval(() => {
      const more = fresh;
      fresh = [];
      if (more.length > 0) setLines((before) => withLines(before, more));
    }, DRAW_EVERY_MS);
    const stop = session.listen((event) => {
      if (event.type !== "trace") return;
      number.current += 1;
      fresh.push({ number: number.current, at: event.at, terminal: event.terminal, entry: event.entry as Json });
      if (fresh.length > MOST_LINES) fresh.shift();
    });
    const about = terminal === undefined ? {} : { terminal };
    let isWanted = true;
    session.ask("diagnostics.trace", { ...about, enable: true }).then(
      () => {
        if (!isWanted) return;
        setOn(true);
        setFault(undefined);
      },
      (error: unknown) => isWanted && setFault(faultText(error, words)),
    );
    return () => {
      isWanted = false;
      setOn(false);
      stop();
      clearInterval(timer);
      // Where this fails the session has ended, and its trace with it.
      session.ask("diagnostics.trace", { enable: false }).catch(() => undefined);
    };
  }, [session, opened, terminal, words]);
  return { lines, setLines, isOn, fault };
}
