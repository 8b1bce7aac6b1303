import { useEffect, useState } from "preact/hooks";
import type { Live } from "./live.ts";

/** The present value; the component is drawn again after each change. */
export function useLive<Value>(live: Live<Value>): Value {
  const [, redraw] = useState({});
  useEffect(() => live.listen(() => redraw({})), [live]);
  return live.current();
}
