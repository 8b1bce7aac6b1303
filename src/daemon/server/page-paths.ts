/** Where the technician's page is. Apart from what serves it, which is loaded only when somebody comes. */
export const PAGE_PATH = "/";
export const LOGIN_PATH = "/login";
const FILES_FOLDER = "/page/";

export function isPagePath(path: string): boolean {
  return path === PAGE_PATH || path === LOGIN_PATH || path.startsWith(FILES_FOLDER);
}
