import { join } from "node:path";
import { readIfThere } from "../../home/store.ts";
import type { Home } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { contentsOf } from "./own-files.ts";

const MAX_SECRET_BYTES = 1_048_576;
const TOKEN_HASH = /"tokenHash":\s*"([0-9a-f]{64})"/g;

/**
 * Every secret of this home, to be looked for in what leaves it. Where one cannot be read nothing leaves.
 *
 * @throws CommandFailure in words
 */
export async function secretsOf({ dataDirectory, adminTokenFile }: Home): Promise<readonly string[]> {
  try {
    const [stored, certificates, token, programs] = await Promise.all([
      contentsOf(join(dataDirectory, "secrets"), MAX_SECRET_BYTES),
      contentsOf(join(dataDirectory, "certificate"), MAX_SECRET_BYTES),
      readIfThere(adminTokenFile),
      readIfThere(join(dataDirectory, "pos.json")),
    ]);
    const keys = certificates.filter((text) => text.includes("PRIVATE KEY"));
    const hashes = Array.from((programs ?? "").matchAll(TOKEN_HASH), ([, hash = ""]) => hash);
    return [...stored, ...keys, ...(token === undefined ? [] : [token]), ...hashes];
  } catch (error) {
    const why = error instanceof Error ? error.message : "unknown";
    throw new CommandFailure(
      EXIT.refused,
      `This user may not read all of ${dataDirectory} (${why}), so nobody could tell whether a secret is in the bundle. Nothing was written. ` +
        "Run it as the user of the service, or as an administrator.",
    );
  }
}
