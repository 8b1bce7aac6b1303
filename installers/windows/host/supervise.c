// The service as Windows sees it, and the loop that keeps a daemon running.
#include "host.h"

#include <wchar.h>

// So long the start may look like one. Then the service runs, also where its daemon does not yet: it goes on trying.
#define START_LIMIT_MS 25000
#define PENDING_HINT_MS 15000
#define LOOK_EVERY_MS 1000
#define SIGN_LIMIT_MS 30000
// Before its first word: the journal of a year is opened, and the virus scanner looks at everything.
#define FIRST_SIGN_LIMIT_MS 120000
// An end so soon after a start counts.
#define SOON_MS 60000
#define LONGEST_DELAY_MS 60000

static SERVICE_STATUS_HANDLE statusHandle;
static SERVICE_STATUS status = {.dwServiceType = SERVICE_WIN32_OWN_PROCESS};
static HANDLE stopEvent;
static uint64_t serviceStartedMs;
static Daemon daemon;

static void report(DWORD state, DWORD exitCode) {
  bool pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
  status.dwCheckPoint = pending ? (status.dwCurrentState == state ? status.dwCheckPoint + 1 : 1) : 0;
  status.dwWaitHint = pending ? PENDING_HINT_MS : 0;
  status.dwCurrentState = state;
  status.dwControlsAccepted = state == SERVICE_RUNNING ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN : 0;
  status.dwWin32ExitCode = exitCode;
  SetServiceStatus(statusHandle, &status);
}

// Says that the start goes on, until it is over.
static void reportProgress(void) {
  if (status.dwCurrentState != SERVICE_START_PENDING) return;
  if (daemon.ready) {
    report(SERVICE_RUNNING, NO_ERROR);
  } else if (nowMs() - serviceStartedMs < START_LIMIT_MS) {
    report(SERVICE_START_PENDING, NO_ERROR);
  } else {
    tellEvent(EVENTLOG_WARNING_TYPE, EVENT_NOT_READY,
              L"Tillbridge is not ready after %d s, and takes no requests yet. The service goes on trying. Why is in %ls\\logs.",
              START_LIMIT_MS / 1000, homeFolder());
    report(SERVICE_RUNNING, NO_ERROR);
  }
}

static DWORD WINAPI onControl(DWORD control, DWORD type, void *data, void *context) {
  (void)type, (void)data, (void)context;
  switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_PRESHUTDOWN:
      SetEvent(stopEvent);
      return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
      return NO_ERROR;
    default:
      return ERROR_CALL_NOT_IMPLEMENTED;
  }
}

// What can be finished in the time is finished, and the rest is left recoverable.
static void endInOrder(void) {
  report(SERVICE_STOP_PENDING, NO_ERROR);
  uint64_t askedMs = nowMs();
  bool asked = askToEnd(&daemon, STOP_LIMIT_MS);
  while (asked && nowMs() - askedMs < STOP_LIMIT_MS + STOP_RESERVE_MS) {
    HANDLE events[] = {daemon.process, daemon.reading.hEvent};
    DWORD which = WaitForMultipleObjects(2, events, FALSE, LOOK_EVERY_MS);
    report(SERVICE_STOP_PENDING, NO_ERROR);
    if (which == WAIT_OBJECT_0) return;
    if (which == WAIT_OBJECT_0 + 1) hearDaemon(&daemon);
  }
  tellEvent(EVENTLOG_WARNING_TYPE, EVENT_ENDED_BY_FORCE,
            L"Tillbridge %ls, and its process was ended. What was under way is looked into at the next start.",
            asked ? L"did not end in order in time" : L"could not be asked to end");
  killDaemon(&daemon);
}

typedef enum { ASKED_TO_STOP, ENDED_BY_ITSELF } End;

static void tellCrash(void) {
  // What it said before it ended is still in the pipe.
  for (int turn = 0; turn < 100 && WaitForSingleObject(daemon.reading.hEvent, 50) == WAIT_OBJECT_0; turn += 1) hearDaemon(&daemon);
  DWORD code = 0;
  GetExitCodeProcess(daemon.process, &code);
  wchar_t words[2000];
  lastWords(words, 2000);
  tellEvent(EVENTLOG_ERROR_TYPE, EVENT_CRASH, L"Tillbridge ended by itself (exit code %ld), and starts again.%ls%ls", (long)code,
            words[0] == L'\0' ? L"" : L" It said last:\r\n\r\n", words);
}

static End watch(const wchar_t *version) {
  bool told = false;
  for (;;) {
    HANDLE events[] = {stopEvent, daemon.process, daemon.reading.hEvent};
    DWORD which = WaitForMultipleObjects(3, events, FALSE, LOOK_EVERY_MS);
    if (which == WAIT_OBJECT_0) return ASKED_TO_STOP;
    if (which == WAIT_OBJECT_0 + 1) {
      tellCrash();
      return ENDED_BY_ITSELF;
    }
    if (which == WAIT_OBJECT_0 + 2) hearDaemon(&daemon);
    reportProgress();
    if (daemon.ready && !told) tellEvent(EVENTLOG_INFORMATION_TYPE, EVENT_READY, L"Tillbridge %ls is ready.", version);
    told = told || daemon.ready;
    bool spoke = daemon.lastSignMs != daemon.startedMs;
    if (nowMs() - daemon.lastSignMs > (spoke ? SIGN_LIMIT_MS : FIRST_SIGN_LIMIT_MS)) {
      tellEvent(EVENTLOG_ERROR_TYPE, EVENT_NO_SIGN_OF_LIFE,
                L"Tillbridge gave no sign of life for %d s. Its process is ended and started again.",
                (spoke ? SIGN_LIMIT_MS : FIRST_SIGN_LIMIT_MS) / 1000);
      killDaemon(&daemon);
      return ENDED_BY_ITSELF;
    }
  }
}

// 0, 1, 2, 4 ... 60 s.
static DWORD delayAfter(unsigned crashes) {
  if (crashes < 2) return 0;
  return crashes > 7 ? LONGEST_DELAY_MS : 1000u << (crashes - 2);
}

static bool waitAfter(unsigned crashes) {
  DWORD delayMs = delayAfter(crashes);
  if (delayMs > 0) {
    tellEvent(EVENTLOG_ERROR_TYPE, EVENT_CRASH_LOOP,
              L"Tillbridge ended by itself %u times in a row, each time within %d s of its start. It starts again in %lu s. What it said "
              L"is above and in %ls\\logs.",
              crashes, SOON_MS / 1000, delayMs / 1000, homeFolder());
  }
  for (uint64_t fromMs = nowMs(); nowMs() - fromMs < delayMs;) {
    if (WaitForSingleObject(stopEvent, 200) == WAIT_OBJECT_0) return false;
    reportProgress();
  }
  return WaitForSingleObject(stopEvent, 0) != WAIT_OBJECT_0;
}

// Returns when the service was asked to stop, or cannot go on.
static DWORD keepRunning(void) {
  unsigned crashes = 0;
  for (;;) {
    wchar_t version[VERSION_CHARS];
    if (!chooseVersion(version)) return ERROR_FILE_NOT_FOUND;
    uint64_t startedMs = nowMs();
    End end = ENDED_BY_ITSELF;
    if (startDaemon(&daemon, version)) {
      end = watch(version);
    } else {
      tellEvent(EVENTLOG_ERROR_TYPE, EVENT_HOST_FAILED, L"Version %ls cannot be started: %ls.", version, reasonOf(GetLastError()));
    }
    if (end == ASKED_TO_STOP) {
      endInOrder();
      forgetDaemon(&daemon);
      return NO_ERROR;
    }
    forgetDaemon(&daemon);
    crashes = nowMs() - startedMs < SOON_MS ? crashes + 1 : 1;
    if (!waitAfter(crashes)) return NO_ERROR;
  }
}

static void WINAPI serviceMain(DWORD count, wchar_t **arguments) {
  (void)count, (void)arguments;
  openEventLog();
  serviceStartedMs = nowMs();
  stopEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
  statusHandle = RegisterServiceCtrlHandlerExW(SERVICE_NAME, onControl, NULL);
  if (statusHandle == NULL || stopEvent == NULL) {
    tellEvent(EVENTLOG_ERROR_TYPE, EVENT_HOST_FAILED, L"The service cannot start: %ls.", reasonOf(GetLastError()));
    return;
  }
  report(SERVICE_START_PENDING, NO_ERROR);
  DWORD code = keepRunning();
  if (code == NO_ERROR) tellEvent(EVENTLOG_INFORMATION_TYPE, EVENT_STOPPED, L"Tillbridge has stopped.");
  report(SERVICE_STOPPED, code);
}

int runAsService(void) {
  SERVICE_TABLE_ENTRYW table[] = {{(wchar_t *)SERVICE_NAME, serviceMain}, {NULL, NULL}};
  return StartServiceCtrlDispatcherW(table) ? 0 : (int)GetLastError();
}
