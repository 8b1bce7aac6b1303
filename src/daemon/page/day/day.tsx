import { useEffect, useMemo, useState } from "preact/hooks";
import type { AnswerOf } from "../../../client/calls.ts";
import { faultText } from "../fault-text.ts";
import { ChoiceField } from "../form/fields.tsx";
import { Empty, Fault, Title } from "../parts.tsx";
import { clockTime } from "../times.ts";
import { useLive } from "../use-live.ts";
import type { ViewProps } from "../view.ts";
import { ChartView } from "./chart-view.tsx";
import { boundsOf, durationsOf, lossesOf, paymentsOf, type Span } from "./figures.ts";
import { DAY_WORDS } from "./words.ts";

const SPANS: readonly Span[] = ["today", "yesterday", "last48"];
const AGAIN_MS = 60_000;

/** How the hours were: payments, how long they took, and links that were lost. */
export function DayView(props: ViewProps) {
  const { words, language } = props;
  const own = DAY_WORDS[language];
  const [span, setSpan] = useState<Span>("today");
  const { day, fault } = useDay(props, span);
  const charts = useMemo(() => {
    if (day === undefined) return undefined;
    return {
      payments: paymentsOf(day.hours, { ...words.outcomes, underWay: own.underWay }),
      durations: durationsOf(day.hours, own),
      losses: lossesOf(day.hours, "…"),
    };
  }, [day, words, own]);
  const nowMs = Date.now();
  return (
    <>
      <Title>{own.title}</Title>
      <div class="fields">
        <ChoiceField
          label={own.day}
          value={span}
          changed={(chosen) => setSpan(SPANS.find((each) => each === chosen) ?? "today")}
          choices={SPANS.map((each) => ({ value: each, text: own[each] }))}
        />
      </div>
      <Fault text={fault} />
      {day === undefined || charts === undefined ? (
        fault === undefined ? (
          <Empty title={words.shell.loading} />
        ) : null
      ) : (
        <div class="charts" data-ready>
          {day.incompleteBefore === undefined ? null : (
            <p class="matter matter-warning">{own.incomplete(clockTime(day.incompleteBefore, nowMs, language))}</p>
          )}
          {charts.payments.series.length === 0 ? (
            <Empty title={own.none}>{own.noneHint}</Empty>
          ) : (
            <ChartView
              {...props}
              title={own.payments}
              hint={own.paymentsHint}
              kind="stack"
              data={charts.payments}
              adds="adds"
            />
          )}
          {charts.durations.series.length === 0 ? null : (
            <ChartView
              {...props}
              title={`${own.durations} (${own.seconds})`}
              hint={own.durationsHint}
              kind="lines"
              data={charts.durations}
              adds="notAdded"
            />
          )}
          {charts.losses.series.length === 0 ? (
            <Empty title={own.noLosses}>{own.lossesHint(clockTime(day.linkLossesSince, nowMs, language))}</Empty>
          ) : (
            <ChartView
              {...props}
              title={own.losses}
              hint={own.lossesHint(clockTime(day.linkLossesSince, nowMs, language))}
              kind="stack"
              data={charts.losses}
              adds="adds"
            />
          )}
        </div>
      )}
    </>
  );
}

function useDay({ session, words }: ViewProps, span: Span) {
  const opened = useLive(session.opened);
  const [day, setDay] = useState<AnswerOf<"diagnostics.day">>();
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    if (opened === 0) return undefined;
    let isWanted = true;
    const load = async () => {
      try {
        const answer = await session.ask("diagnostics.day", boundsOf(span, Date.now()));
        if (!isWanted) return;
        setDay(answer);
        setFault(undefined);
      } catch (error) {
        if (isWanted) setFault(faultText(error, words));
      }
    };
    setDay(undefined);
    void load();
    const timer = setInterval(() => void load(), AGAIN_MS);
    return () => {
      isWanted = false;
      clearInterval(timer);
    };
  }, [session, opened, span, words]);
  return { day, fault };
}
