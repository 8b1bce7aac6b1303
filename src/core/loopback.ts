/** Whether a URL's host, in the spelling of `URL.hostname`, is this machine and nobody else. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
