import { useEffect, useState } from "preact/hooks";
import { announce } from "../announcing.ts";
import { download } from "../download.ts";
import { faultText } from "../fault-text.ts";
import type { Language } from "../language.ts";
import { Badge, Empty, Fault, Title } from "../parts.tsx";
import { hashOf } from "../routes.ts";
import { clockTime } from "../times.ts";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { asText, countOf, inOrder, VERDICT_TONES, VERDICTS, type Check } from "./checks.ts";
import { DOCTOR_WORDS } from "./words.ts";

/** In the words of the language in which it was asked. */
type Examined = { readonly at: string; readonly checks: readonly Check[]; readonly language: Language };

/** What is wrong, with the fact that was seen and what to do about it. */
export function DoctorView(props: ViewProps) {
  const { session, words, language } = props;
  const own = DOCTOR_WORDS[language];
  const opened = useLive(session.opened);
  const [found, setFound] = useState<Examined>();
  const examined = found?.language === language ? found : undefined;
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<string>();
  const examine = async () => {
    setRunning(true);
    setFault(undefined);
    announce(own.running);
    try {
      const { checks } = await session.ask("diagnostics.doctor", {});
      setFound({ at: new Date().toISOString(), checks, language });
      announce(summary(checks, own).join(", "));
    } catch (error) {
      setFault(faultText(error, words));
    } finally {
      setRunning(false);
    }
  };
  useEffect(() => {
    if (opened > 0 && examined === undefined) void examine();
  }, [opened]);
  const at = examined === undefined ? undefined : clockTime(examined.at, Date.now(), language);
  return (
    <>
      <Title aside={at === undefined ? own.intro : own.examinedAt(at)}>{own.title}</Title>
      <div class="actions actions-start">
        <button type="button" class="primary" aria-disabled={running} onClick={() => !running && void examine()}>
          {running ? own.running : examined === undefined ? own.run : own.again}
        </button>
        {examined === undefined ? null : <Share examined={examined} own={own} />}
      </div>
      <Fault text={fault} />
      {examined === undefined ? (
        <Empty title={running ? own.running : own.none}>{own.intro}</Empty>
      ) : (
        <Findings checks={examined.checks} own={own} />
      )}
    </>
  );
}

type Own = (typeof DOCTOR_WORDS)["en"];

function summary(checks: readonly Check[], own: Own): readonly string[] {
  return VERDICTS.flatMap((verdict) => {
    const count = countOf(checks, verdict);
    return count === 0 ? [] : [own.counts[verdict](count)];
  });
}

function Findings({ checks, own }: { readonly checks: readonly Check[]; readonly own: Own }) {
  const fine = checks.filter(({ verdict }) => verdict === "ok");
  const others = inOrder(checks.filter(({ verdict }) => verdict !== "ok"));
  return (
    <>
      <ul class="chips" data-ready>
        {VERDICTS.filter((verdict) => countOf(checks, verdict) > 0).map((verdict) => (
          <li key={verdict}>
            <Badge tone={VERDICT_TONES[verdict]}>{own.counts[verdict](countOf(checks, verdict))}</Badge>
          </li>
        ))}
      </ul>
      {others.length === 0 ? (
        <div class="well">
          <p class="well-title">{own.allWell}</p>
        </div>
      ) : (
        <CheckList checks={others} own={own} />
      )}
      {fine.length === 0 ? null : (
        <details>
          <summary>{own.fine(fine.length)}</summary>
          <CheckList checks={inOrder(fine)} own={own} />
        </details>
      )}
    </>
  );
}

function CheckList({ checks, own }: { readonly checks: readonly Check[]; readonly own: Own }) {
  return (
    <ul class="rows">
      {checks.map(({ id, verdict, evidence, remedy, terminal }) => (
        <li key={`${id} ${evidence}`} class="row check-row">
          <div class="row-main">
            <Badge tone={VERDICT_TONES[verdict]}>{own.verdicts[verdict]}</Badge>
            <span class="muted code">{id}</span>
            {terminal === undefined ? null : <a href={hashOf({ kind: "terminal", terminal })}>{terminal}</a>}
          </div>
          <div class="check-words">
            <p class="as-typed">{evidence}</p>
            {remedy === undefined ? null : (
              <p class="remedy as-typed">
                <strong>{own.remedy}: </strong>
                {remedy}
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Share({ examined, own }: { readonly examined: Examined; readonly own: Own }) {
  const [told, setTold] = useState<string>();
  const text = asText(examined.checks, { at: examined.at, verdicts: own.verdicts, remedy: own.remedy });
  const tell = (words: string) => {
    setTold(words);
    announce(words);
  };
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell(own.copied),
      () => tell(own.notCopied),
    );
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {own.copy}
      </button>
      <button type="button" onClick={() => download("tillbridge-doctor.txt", text, "text/plain;charset=utf-8")}>
        {own.save}
      </button>
      {told === undefined ? null : <span class="muted">{told}</span>}
    </>
  );
}
