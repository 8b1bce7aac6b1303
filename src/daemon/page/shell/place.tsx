import { useEffect, useState } from "preact/hooks";
import { FEATURES } from "../features.ts";
import { Empty, Title } from "../parts.tsx";
import type { RouteKind } from "../routes.ts";
import type { View } from "../component.ts";
import type { ViewProps } from "../view.ts";
import { OWN_VIEWS } from "./own-views.ts";

type Loaded = { readonly kind: RouteKind; readonly view: View | "failed" };

/** The view of where somebody is: at once, or as soon as it is loaded. */
export function PlaceView(props: ViewProps) {
  const { words, route } = props;
  const [loaded, setLoaded] = useState<Loaded>();
  const [tries, setTries] = useState(0);
  const { kind } = route;
  useEffect(() => {
    const load = FEATURES[kind];
    if (load === undefined) return;
    load().then(
      (view) => setLoaded({ kind, view }),
      () => setLoaded({ kind, view: "failed" }),
    );
  }, [kind, tries]);
  const View = OWN_VIEWS[kind] ?? (loaded?.kind === kind ? loaded.view : undefined);
  if (View === "failed") {
    return (
      <>
        <Title>{words.shell.notLoaded}</Title>
        <div class="actions actions-start">
          <button type="button" onClick={() => setTries(tries + 1)}>
            {words.shell.tryAgain}
          </button>
          <button type="button" onClick={() => location.reload()}>
            {words.shell.reload}
          </button>
        </div>
      </>
    );
  }
  return View === undefined ? <Empty title={words.shell.loading} /> : <View {...props} />;
}
