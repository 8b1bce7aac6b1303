import { stat } from "node:fs/promises";
import { failureOf } from "./store.ts";

/**
 * Does something as the owner of a folder where root runs it, so that files are theirs from the first byte on: the service, which
 * is not root, reads them. What root would write in a folder of somebody else could also end where they want it to.
 */
export async function asOwnerOf<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const { geteuid, getegid, seteuid, setegid } = process;
  if (geteuid?.() !== 0 || getegid === undefined || seteuid === undefined || setegid === undefined) return work();
  const owner = await stat(folder).catch((error: unknown) => {
    throw failureOf(error, folder, "read");
  });
  if (owner.uid === 0) return work();
  const group = getegid();
  setegid(owner.gid);
  try {
    seteuid(owner.uid);
    return await work();
  } finally {
    seteuid(0);
    setegid(group);
  }
}
