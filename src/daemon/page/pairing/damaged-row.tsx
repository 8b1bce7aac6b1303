import type { AnswerOf } from "../../../client/calls.ts";
import { Badge } from "../parts.tsx";
import type { ViewProps } from "../view.ts";
import { PAIRING_WORDS } from "./words.ts";

export type DamagedPos = NonNullable<AnswerOf<"pos.list">["unreadable"]>[number];

/** A POS program whose record is kept, but damaged: why, and what to do. */
export function DamagedRow(
  props: ViewProps & { readonly damaged: DamagedPos; readonly revoke: (pos: string) => void },
) {
  const { damaged, words, language, revoke } = props;
  const { pos, place, why } = damaged;
  const own = PAIRING_WORDS[language];
  return (
    <li class="row">
      <div class="row-main">
        <span class="row-title">{pos ?? own.damaged.nameless(place)}</span>
      </div>
      <div class="row-state">
        <Badge tone="bad">{own.damaged.state}</Badge>
      </div>
      <dl class="row-facts">
        <div>
          <dt>{own.damaged.why}</dt>
          <dd class="code">{why}</dd>
        </div>
        <div>
          <dt>{words.alarms.remedy}</dt>
          <dd>{pos === undefined ? own.damaged.mend : own.damaged.mendOrForget}</dd>
        </div>
      </dl>
      {pos === undefined ? null : (
        <div class="actions">
          <button type="button" class="small" aria-label={`${own.revoke}: ${pos}`} onClick={() => revoke(pos)}>
            {own.revoke}
          </button>
        </div>
      )}
    </li>
  );
}
