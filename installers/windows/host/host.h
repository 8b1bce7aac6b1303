// The Windows service that holds the daemon: it starts the right version, asks it to end in order, starts it again when it
// crashes or gives no sign of life, and writes to the event log. See docs/adr/0081-a-small-windows-service-host.md.
#ifndef TILLBRIDGE_HOST_H
#define TILLBRIDGE_HOST_H

#ifndef UNICODE
#define UNICODE
#endif
#ifndef _UNICODE
#define _UNICODE
#endif
#define WIN32_LEAN_AND_MEAN
#define _WIN32_WINNT 0x0A00

#include <stdbool.h>
#include <stdint.h>
#include <windows.h>

#define SERVICE_NAME L"Tillbridge"
#define ACCOUNT L"NT SERVICE\\Tillbridge"
// Of the account above. Windows derives it from the name (SHA-1 of its capitals), so it is the same on each machine.
#define ACCOUNT_SID L"S-1-5-80-1091006173-3077622244-2521017899-1433047423-1600006365"

#define PATH_CHARS 1024
#define TEXT_CHARS 8192
#define VERSION_CHARS 64

// What the daemon may take to end: server.shutdownGraceSeconds (20) and 10 s to write down what is left.
#define STOP_LIMIT_MS 30000
#define STOP_RESERVE_MS 5000

// Of the event log. A number keeps its meaning: people filter by it.
typedef enum {
  EVENT_READY = 1,
  EVENT_STOPPED = 2,
  EVENT_DAEMON_ERROR = 3,
  EVENT_DAEMON_WARNING = 4,
  EVENT_CRASH = 5,
  EVENT_CRASH_LOOP = 6,
  EVENT_NO_SIGN_OF_LIFE = 7,
  EVENT_TRIAL = 8,
  EVENT_TAKEN_BACK = 9,
  EVENT_VERSION_MISSING = 10,
  EVENT_HOST_FAILED = 11,
  EVENT_NOT_READY = 12,
  EVENT_ENDED_BY_FORCE = 13,
  EVENT_LINES_LEFT_OUT = 14,
  EVENT_PAYMENT_OPEN = 15,
} EventNumber;

// words.c
void openEventLog(void);
void tellEvent(WORD type, EventNumber number, const wchar_t *pattern, ...);
bool writeText(wchar_t *out, size_t chars, const wchar_t *pattern, ...);
const wchar_t *reasonOf(DWORD code);

// versions.c: the folder in which this program lies, and the one of the data
bool findFolders(void);
const wchar_t *installationFolder(void);
const wchar_t *homeFolder(void);
bool isVersion(const wchar_t *text);
bool chooseVersion(wchar_t version[VERSION_CHARS]);
void useInstallation(const wchar_t *folder);
bool installedVersion(wchar_t version[VERSION_CHARS]);
int placeVersion(const wchar_t *version);
int takeBackPlaced(void);
int mayPlace(const wchar_t *version, const wchar_t *folder);
int clearInstallation(void);
bool removeTree(const wchar_t *folder);

// daemon.c: one run of the daemon
typedef struct {
  HANDLE job;
  HANDLE process;
  HANDLE pipe;
  OVERLAPPED reading;
  bool connected;
  bool ready;
  uint64_t startedMs;
  uint64_t lastSignMs;
  size_t filled;
  char line[65536];
} Daemon;

uint64_t nowMs(void);
bool startDaemon(Daemon *daemon, const wchar_t *version);
void hearDaemon(Daemon *daemon);
bool askToEnd(Daemon *daemon, DWORD limitMs);
void killDaemon(Daemon *daemon);
void forgetDaemon(Daemon *daemon);
void lastWords(wchar_t *out, size_t chars);

// supervise.c
int runAsService(void);

// install.c
int installService(void);
int uninstallService(bool withData);
int openFirewall(const wchar_t *port);
int closeFirewall(void);

// stop.c
int stopWhenQuiet(void);
int startStopped(void);
void forgetStop(void);

#endif
