/** Lines of `NAME=value`, as in sd_notify(3). Above 0: sent; 0: nobody waits for it; below: the negative of an errno. */
export type Notify = (state: string) => number;

type LoadedNotify =
  { readonly kind: "loaded"; readonly notify: Notify } | { readonly kind: "missing"; readonly why: string };

/** Rejects where its compiled part does not load. */
export async function loadForeignCalls(): Promise<unknown> {
  return (await import("koffi")).load;
}

/**
 * systemd's own library, by the name that it has had since 2012: Node has no datagrams over local sockets. Loaded only where somebody
 * listens, because it costs 7 MB of resident memory.
 */
export async function loadNotify(name = "libsystemd.so.0"): Promise<LoadedNotify> {
  try {
    const { load } = await import("koffi");
    const sdNotify: (unsetEnvironment: number, state: string) => unknown = load(name).func(
      "int sd_notify(int unset_environment, const char *state)",
    );
    return { kind: "loaded", notify: (state) => Number(sdNotify(0, state)) };
  } catch (error) {
    return { kind: "missing", why: error instanceof Error ? error.message : String(error) };
  }
}
