import { FEATURES } from "../features.ts";
import { hashOf, PLACES, type Place, type Route, type RouteKind } from "../routes.ts";
import { isInDoubt } from "../session/open-list.ts";
import { useLive } from "../use-live.ts";
import type { PageSession } from "../view.ts";
import type { Words } from "../words/words.ts";
import { OWN_VIEWS } from "./own-views.ts";

type Props = {
  readonly session: PageSession;
  readonly words: Words;
  readonly route: Route;
  readonly chosen: () => void;
};

/** The places, with how many things wait in some of them. */
export function Navigation({ session, words, route, chosen }: Props) {
  const open = useLive(session.open);
  const alarms = useLive(session.alarms);
  const counts: Partial<Record<Place, number>> = {
    payments: open.filter((each) => !isInDoubt(each)).length,
    doubts: open.filter(isInDoubt).length,
    alarms: alarms.length,
  };
  const here = placeOf(route.kind);
  const places = PLACES.filter((place) => place in OWN_VIEWS || place in FEATURES);
  return (
    <nav id="places" aria-label={words.shell.navigation}>
      <ul>
        {places.map((place) => {
          const count = counts[place] ?? 0;
          return (
            <li key={place}>
              <a
                href={hashOf({ kind: place })}
                class={place === "doubts" && count > 0 ? "urgent" : ""}
                {...(place === here ? { "aria-current": "page" as const } : {})}
                onClick={chosen}
              >
                {words.places[place]}
                {count === 0 ? null : <span class="count">{count}</span>}
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** Under which place of the navigation somebody is. */
function placeOf(kind: RouteKind): Place {
  if (kind === "terminal") return "terminals";
  return kind === "transaction" ? "payments" : kind;
}
