import { useEffect, useState } from "preact/hooks";
import type { AnswerOf } from "../../../client/calls.ts";
import { announce } from "../announcing.ts";
import { Dialog } from "../dialog.tsx";
import { Badge } from "../parts.tsx";
import { clockTime } from "../times.ts";
import { useNow } from "../use-now.ts";
import type { ViewProps } from "../view.ts";
import { inHalves, secondsLeft } from "./codes.ts";
import { PAIRING_WORDS } from "./words.ts";

const LOOK_EVERY_MS = 2_000;

/** A pairing code, as large as it is read aloud, with its time. It sees by itself that the POS has used it. */
export function CodeDialog(
  props: ViewProps & {
    readonly made: AnswerOf<"pos.add">;
    /** It has a token already, so that only a new one would tell that it has paired. */
    readonly wasPaired: boolean;
    readonly again: () => void;
    readonly closed: () => void;
  },
) {
  const { session, language, made, wasPaired, again, closed } = props;
  const own = PAIRING_WORDS[language];
  const nowMs = useNow(1_000);
  const [isPaired, setPaired] = useState(false);
  const { pos, code, expiresAt, codeGoodFrom } = made;
  const left = secondsLeft(expiresAt, nowMs);
  useEffect(() => {
    if (wasPaired || isPaired) return undefined;
    const timer = setInterval(() => {
      // The list tells it in the next round where this one fails.
      session.ask("pos.list", {}).then(
        (answer) => {
          if (answer.pos.some((each) => each.pos === pos && each.paired)) {
            setPaired(true);
            announce(own.nowPaired(pos));
          }
        },
        () => undefined,
      );
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [session, pos, wasPaired, isPaired, own]);
  return (
    <Dialog title={own.codeFor(pos)} closed={closed}>
      {isPaired ? (
        <Badge tone="good">{own.nowPaired(pos)}</Badge>
      ) : left === 0 || code === undefined ? (
        <p>{own.over}</p>
      ) : (
        <>
          <p class="pairing-code" aria-label={code.split("").join(" ")}>
            {inHalves(code)}
          </p>
          <p>{own.codeHow}</p>
          {codeGoodFrom === undefined ? null : (
            <p class="field-fault">{own.locked(clockTime(codeGoodFrom, nowMs, language))}</p>
          )}
          {left === undefined ? null : (
            <p class="muted" role="timer">
              {own.left(left)}
            </p>
          )}
        </>
      )}
      <div class="actions">
        {left === 0 && !isPaired ? (
          <button type="button" class="primary" onClick={again}>
            {own.again}
          </button>
        ) : null}
        <button type="button" onClick={closed}>
          {own.close}
        </button>
      </div>
    </Dialog>
  );
}
