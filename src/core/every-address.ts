/** Whether it stands for all addresses of a machine: something to listen on, and nobody's name. */
export function isEveryAddress(host: string): boolean {
  return host === "0.0.0.0" || /^[0:]+$/.test(host);
}
