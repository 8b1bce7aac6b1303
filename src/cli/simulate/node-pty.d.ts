/** The package's typed interface always reads the device's side itself; this is the call below it. */
declare module "@lydell/node-pty/requireBinary.js" {
  export function requireBinary(file: "pty.node"): {
    /** Both descriptors are non-blocking; `pty` is the path of the device's side. */
    open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
  };
}
