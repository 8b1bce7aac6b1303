import { Badge, Empty, TechnicalLine, Title } from "../parts.tsx";
import { hashOf } from "../routes.ts";
import { clockTime } from "../times.ts";
import { useLive } from "../use-live.ts";
import { useNow } from "../use-now.ts";
import type { Alarm, ViewProps } from "../view.ts";
import { alarmWords } from "../words/told.ts";

/** What somebody should look at, as it came. */
export function AlarmsView(props: ViewProps) {
  const { session, words } = props;
  const alarms = useLive(session.alarms);
  const seen = useLive(session.seenAlarms);
  const { none, noneHint, noneUnseen, seenStand } = words.alarms;
  return (
    <>
      <Title aside={words.alarms.hint}>{words.places.alarms}</Title>
      {alarms.length === 0 ? (
        <Empty title={seen === 0 ? none : noneUnseen}>{seen === 0 ? noneHint : seenStand(seen)}</Empty>
      ) : (
        <>
          <AlarmList {...props} alarms={alarms} />
          <button type="button" class="small" onClick={() => session.clearAlarms()}>
            {words.alarms.clear}
          </button>
        </>
      )}
    </>
  );
}

/** One of a kind that this page has no words for is a later version's. */
function AlarmText({ alarm: { code, text, remedy }, words: { told, alarms } }: AlarmTextProps) {
  const known = alarmWords(code, told);
  return (
    <>
      <p class="alarm-text" lang={known === undefined ? "en" : undefined}>
        {known?.what ?? text}
      </p>
      <p>
        <span class="muted">{alarms.remedy}:</span>{" "}
        <span lang={known === undefined ? "en" : undefined}>{known?.remedy ?? remedy}</span>
      </p>
      {known === undefined ? null : (
        <TechnicalLine>
          {text} {remedy}
        </TechnicalLine>
      )}
    </>
  );
}

type AlarmTextProps = Pick<ViewProps, "words"> & { readonly alarm: Alarm };

function AlarmList({ alarms, words, language }: ViewProps & { readonly alarms: readonly Alarm[] }) {
  const nowMs = useNow(60_000);
  return (
    <ul class="rows">
      {alarms.map((alarm) => (
        <li key={`${alarm.at} ${alarm.code} ${alarm.text}`} class="row alarm-row">
          <div class="row-state">
            <Badge tone={alarm.severity === "critical" ? "bad" : "warning"}>
              {words.alarms.severities[alarm.severity]}
            </Badge>
            <time class="muted" dateTime={alarm.at}>
              {clockTime(alarm.at, nowMs, language)}
            </time>
          </div>
          <div>
            <AlarmText alarm={alarm} words={words} />
            <p class="links">
              {alarm.terminal === undefined ? null : (
                <a href={hashOf({ kind: "terminal", terminal: alarm.terminal })}>{alarm.terminal}</a>
              )}
              {alarm.transaction === undefined ? null : (
                <a href={hashOf({ kind: "transaction", transaction: alarm.transaction })}>{words.payments.timeline}</a>
              )}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
