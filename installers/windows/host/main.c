// The only entry. Windows calls it without a word; people and installers name what they want.
#include "host.h"

#include <stdio.h>
#include <wchar.h>

static int explain(void) {
  fwprintf(stderr, L"This program is started by Windows, as the service Tillbridge.\n"
                   L"  tillbridge-service install               makes the service, or puts it right\n"
                   L"  tillbridge-service uninstall [--data]    takes it away; with --data, everything in %%ProgramData%%\\tillbridge too\n"
                   L"  tillbridge-service open-firewall PORT    lets tills on the network reach it; only where it serves them\n"
                   L"  tillbridge-service close-firewall        ends that\n"
                   L"For installers: place VERSION, take-back, may-place VERSION FOLDER, stop-when-quiet, start-stopped, clear\n");
  return 64;
}

int wmain(int count, wchar_t **arguments) {
  // DLLs come from Windows alone.
  SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32);
  if (!findFolders()) return 1;
  if (count == 1) {
    int code = runAsService();
    return code == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT ? explain() : code;
  }
  openEventLog();
  const wchar_t *verb = arguments[1], *object = count > 2 ? arguments[2] : L"";
  if (count == 2 && wcscmp(verb, L"install") == 0) return installService();
  if (count == 2 && wcscmp(verb, L"uninstall") == 0) return uninstallService(false);
  if (count == 3 && wcscmp(verb, L"uninstall") == 0 && wcscmp(object, L"--data") == 0) return uninstallService(true);
  if (count == 3 && wcscmp(verb, L"place") == 0 && isVersion(object)) return placeVersion(object);
  if (count == 2 && wcscmp(verb, L"take-back") == 0) return takeBackPlaced();
  if (count == 2 && wcscmp(verb, L"stop-when-quiet") == 0) return stopWhenQuiet();
  if (count == 2 && wcscmp(verb, L"start-stopped") == 0) return startStopped();
  if (count == 2 && wcscmp(verb, L"clear") == 0) return clearInstallation();
  if (count == 3 && wcscmp(verb, L"open-firewall") == 0) return openFirewall(object);
  if (count == 2 && wcscmp(verb, L"close-firewall") == 0) return closeFirewall();
  if (count == 4 && wcscmp(verb, L"may-place") == 0 && isVersion(object)) return mayPlace(object, arguments[3]);
  return explain();
}
