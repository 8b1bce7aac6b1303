// The end of the service for an installer, as administrator: not while somebody pays. This program lies elsewhere then.
#include "host.h"

#include <stdio.h>
#include <wchar.h>

// `service stop` waits 90 s for payments, and for the service itself.
#define STOP_COMMAND_LIMIT_MS 300000
// Of that command: a payment does not end, and nobody can be asked.
#define PAYMENT_IS_OPEN 2

// The service, and where it lies. NULL where there is none.
static SC_HANDLE openFound(DWORD access) {
  union {
    QUERY_SERVICE_CONFIGW config;
    BYTE room[8192];
  } found;
  wchar_t folder[PATH_CHARS];
  DWORD length;
  SC_HANDLE services = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  if (services == NULL) return NULL;
  SC_HANDLE service = OpenServiceW(services, SERVICE_NAME, access | SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS);
  CloseServiceHandle(services);
  if (service == NULL) return NULL;
  if (QueryServiceConfigW(service, &found.config, sizeof found, &length)) {
    const wchar_t *program = found.config.lpBinaryPathName;
    if (*program == L'"') program += 1;
    bool whole = writeText(folder, PATH_CHARS, L"%ls", program);
    wchar_t *last = wcsrchr(folder, L'\\');
    if (whole && last != NULL) {
      *last = L'\0';
      useInstallation(folder);
      return service;
    }
  }
  CloseServiceHandle(service);
  return NULL;
}

// That an installer stopped the service, and has to start it again if it fails.
static bool markPath(wchar_t path[PATH_CHARS]) {
  return writeText(path, PATH_CHARS, L"%ls\\stopped-by-installer", installationFolder());
}

static void noteStop(void) {
  wchar_t path[PATH_CHARS];
  if (!markPath(path)) return;
  HANDLE mark = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  if (mark != INVALID_HANDLE_VALUE) CloseHandle(mark);
}

static bool wasStopped(void) {
  wchar_t path[PATH_CHARS];
  return markPath(path) && GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

void forgetStop(void) {
  wchar_t path[PATH_CHARS];
  if (markPath(path)) DeleteFileW(path);
}

static HANDLE openNothing(DWORD access) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  return CreateFileW(L"NUL", access, FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL);
}

// How `tillbridge service stop` of the version that is installed ended. False where it cannot be run to its end.
static bool runStop(DWORD *code) {
  wchar_t version[VERSION_CHARS], folder[PATH_CHARS], program[PATH_CHARS], command[3 * PATH_CHARS];
  if (!installedVersion(version)) return false;
  writeText(folder, PATH_CHARS, L"%ls\\versions\\%ls", installationFolder(), version);
  writeText(program, PATH_CHARS, L"%ls\\runtime\\node.exe", folder);
  writeText(command, 3 * PATH_CHARS, L"\"%ls\" \"%ls\\app\\main.js\" service stop", program, folder);
  SetEnvironmentVariableW(L"NODE_OPTIONS", NULL);
  STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
  startup.hStdInput = openNothing(GENERIC_READ);
  startup.hStdOutput = startup.hStdError = openNothing(GENERIC_WRITE);
  PROCESS_INFORMATION process;
  // Not from the program's folder, which may go before this process does.
  bool made = CreateProcessW(program, command, NULL, NULL, TRUE, CREATE_NO_WINDOW, NULL, NULL, &startup, &process);
  CloseHandle(startup.hStdInput);
  CloseHandle(startup.hStdOutput);
  if (!made) return false;
  bool ended = WaitForSingleObject(process.hProcess, STOP_COMMAND_LIMIT_MS) == WAIT_OBJECT_0;
  if (!ended) {
    TerminateProcess(process.hProcess, 1);
    WaitForSingleObject(process.hProcess, STOP_RESERVE_MS);
  }
  bool known = ended && GetExitCodeProcess(process.hProcess, code);
  CloseHandle(process.hThread);
  CloseHandle(process.hProcess);
  return known;
}

// Holds new payments back, waits for those that run, and stops the service. Only a payment that does not end keeps an installer away: a
// service that cannot be asked is stopped by Windows afterwards, in order.
int stopWhenQuiet(void) {
  SERVICE_STATUS now;
  DWORD code;
  SC_HANDLE service = openFound(0);
  if (service == NULL) return 0;
  bool stopped = QueryServiceStatus(service, &now) && now.dwCurrentState == SERVICE_STOPPED;
  CloseServiceHandle(service);
  // By the one that takes its place, or by a person.
  if (stopped) return 0;
  noteStop();
  if (!runStop(&code) || code != PAYMENT_IS_OPEN) return 0;
  forgetStop();
  tellEvent(EVENTLOG_WARNING_TYPE, EVENT_PAYMENT_OPEN,
            L"The installer ended, because a payment is still open after 90 s. Nothing was changed, and Tillbridge runs on. Try again when it "
            L"is quiet, or stop the service before: `tillbridge service stop`, in a prompt opened as administrator, asks what is to become "
            L"of that payment.");
  fwprintf(stderr, L"tillbridge: a payment is still open. Nothing was changed. Try again when it is quiet.\n");
  return 1;
}

// What the installer stopped, and then did not replace or remove.
int startStopped(void) {
  SC_HANDLE service = openFound(SERVICE_START);
  if (service == NULL) return 1;
  bool started = !wasStopped() || StartServiceW(service, 0, NULL) || GetLastError() == ERROR_SERVICE_ALREADY_RUNNING;
  CloseServiceHandle(service);
  if (started) forgetStop();
  return started ? 0 : 1;
}
