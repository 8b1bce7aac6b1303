// One run of the daemon: its process in a job, the pipe on which it speaks with this host, and what it said last.
#include "host.h"

#include <sddl.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#define WRITE_LIMIT_MS 2000
#define MAX_EVENTS_A_MINUTE 60
#define LAST_WORDS_BYTES 1500

// Without the time that the machine slept: a daemon that slept along is not late.
uint64_t nowMs(void) {
  ULONGLONG ticks = 0;
  QueryUnbiasedInterruptTime(&ticks);
  return ticks / 10000;
}

static bool outputPath(wchar_t *path) { return writeText(path, PATH_CHARS, L"%ls\\logs\\service-output.log", homeFolder()); }

// ---- The pipe

// For this account alone: whoever could open it could end the daemon, or forge its signs of life.
static SECURITY_DESCRIPTOR *ownRights(void) {
  HANDLE token;
  union {
    TOKEN_USER user;
    BYTE room[256];
  } owner;
  DWORD length;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return NULL;
  bool known = GetTokenInformation(token, TokenUser, &owner, sizeof owner, &length);
  CloseHandle(token);
  wchar_t *name;
  if (!known || !ConvertSidToStringSidW(owner.user.User.Sid, &name)) return NULL;
  wchar_t rights[300];
  writeText(rights, 300, L"D:P(A;;GA;;;%ls)", name);
  LocalFree(name);
  PSECURITY_DESCRIPTOR descriptor;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(rights, SDDL_REVISION_1, &descriptor, NULL)) return NULL;
  return descriptor;
}

static bool openPipe(Daemon *daemon, wchar_t *name) {
  static unsigned runs = 0;
  LARGE_INTEGER moment;
  QueryPerformanceCounter(&moment);
  runs += 1;
  writeText(name, PATH_CHARS, L"\\\\.\\pipe\\tillbridge-%lu-%u-%lx", GetCurrentProcessId(), runs, (unsigned long)moment.LowPart);
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, ownRights(), FALSE};
  if (attributes.lpSecurityDescriptor == NULL) return false;
  daemon->pipe = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | FILE_FLAG_FIRST_PIPE_INSTANCE,
                                  PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, 1, 65536, 65536, 0,
                                  &attributes);
  DWORD code = GetLastError();
  LocalFree(attributes.lpSecurityDescriptor);
  SetLastError(code);
  if (daemon->pipe == INVALID_HANDLE_VALUE) return false;
  daemon->reading.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
  if (daemon->reading.hEvent == NULL) return false;
  if (ConnectNamedPipe(daemon->pipe, &daemon->reading) || GetLastError() == ERROR_PIPE_CONNECTED) SetEvent(daemon->reading.hEvent);
  else if (GetLastError() != ERROR_IO_PENDING) return false;
  return true;
}

static void closePipe(Daemon *daemon) {
  if (daemon->pipe != INVALID_HANDLE_VALUE) {
    CancelIo(daemon->pipe);
    CloseHandle(daemon->pipe);
  }
  daemon->pipe = INVALID_HANDLE_VALUE;
  daemon->connected = false;
  if (daemon->reading.hEvent != NULL) ResetEvent(daemon->reading.hEvent);
}

// ---- What the daemon says. It writes these lines with JSON.stringify, so their names stand in one order, without spaces.

static const char *hexadecimal(const char *at, unsigned *unit) {
  *unit = 0;
  for (int digit = 0; digit < 4; digit += 1, at += 1) {
    const char *digits = "0123456789abcdef", *found = *at == '\0' ? NULL : strchr(digits, *at | (*at >= 'A' ? 0x20 : 0));
    if (found == NULL) return NULL;
    *unit = *unit * 16 + (unsigned)(found - digits);
  }
  return at;
}

// The text of a JSON string from behind its opening quote on. Answers where it goes on behind the closing one.
static const char *readString(const char *at, wchar_t *out, size_t chars) {
  size_t count = 0;
  while (*at != '"') {
    if (*at == '\0') return NULL;
    wchar_t units[2] = {0, 0};
    int length = 1;
    if (*at == '\\') {
      static const char escapes[] = "\"\\/bfnrt";
      static const wchar_t meanings[] = L"\"\\/\b\f\n\r\t";
      const char *found = at[1] == '\0' ? NULL : strchr(escapes, at[1]);
      unsigned unit;
      if (found != NULL) {
        units[0] = meanings[found - escapes];
        at += 2;
      } else if (at[1] == 'u' && (at = hexadecimal(at + 2, &unit)) != NULL) {
        units[0] = (wchar_t)unit;
      } else {
        return NULL;
      }
    } else {
      int bytes = (*at & 0x80) == 0 ? 1 : (*at & 0xe0) == 0xc0 ? 2 : (*at & 0xf0) == 0xe0 ? 3 : 4;
      for (int more = 1; more < bytes; more += 1) if ((at[more] & 0xc0) != 0x80) return NULL;
      length = MultiByteToWideChar(CP_UTF8, 0, at, bytes, units, 2);
      at += bytes;
    }
    // A zero would end the text for the event log. What is too long is cut.
    for (int unit = 0; unit < length; unit += 1) {
      if (count + 1 < chars && units[unit] != 0) out[count++] = units[unit];
    }
  }
  out[count] = L'\0';
  return at + 1;
}

// A flood in the event log drives out what other programs said there.
static bool mayTell(void) {
  static uint64_t minuteMs = 0;
  static unsigned told = 0, leftOut = 0;
  if (nowMs() - minuteMs >= 60000) {
    if (leftOut > 0) {
      tellEvent(EVENTLOG_WARNING_TYPE, EVENT_LINES_LEFT_OUT, L"%u more lines of a minute are in the files of %ls\\logs alone.", leftOut,
                homeFolder());
    }
    minuteMs = nowMs();
    told = leftOut = 0;
  }
  if (told < MAX_EVENTS_A_MINUTE) {
    told += 1;
    return true;
  }
  leftOut += 1;
  return false;
}

static bool hearLog(const char *line) {
  static const char error[] = "{\"log\":{\"level\":\"error\",\"event\":\"", warning[] = "{\"log\":{\"level\":\"warn\",\"event\":\"";
  static const char between[] = ",\"text\":\"";
  bool isError = strncmp(line, error, sizeof error - 1) == 0;
  if (!isError && strncmp(line, warning, sizeof warning - 1) != 0) return false;
  wchar_t event[100], text[TEXT_CHARS - 200];
  const char *at = readString(line + (isError ? sizeof error : sizeof warning) - 1, event, 100);
  if (at == NULL || strncmp(at, between, sizeof between - 1) != 0) return false;
  at = readString(at + sizeof between - 1, text, sizeof text / sizeof text[0]);
  if (at == NULL || strcmp(at, "}}") != 0) return false;
  if (mayTell()) {
    tellEvent(isError ? EVENTLOG_ERROR_TYPE : EVENTLOG_WARNING_TYPE, isError ? EVENT_DAEMON_ERROR : EVENT_DAEMON_WARNING, L"%ls\r\n\r\n%ls",
              text, event);
  }
  return true;
}

static void hearLine(Daemon *daemon, const char *line) {
  daemon->lastSignMs = nowMs();
  if (strcmp(line, "{\"ready\":true}") == 0) daemon->ready = true;
  else if (strcmp(line, "{\"alive\":true}") == 0) return;
  else if (!hearLog(line) && mayTell()) {
    tellEvent(EVENTLOG_WARNING_TYPE, EVENT_DAEMON_WARNING, L"The daemon said something that its Windows service does not understand.");
  }
}

static void takeLines(Daemon *daemon) {
  char *begin = daemon->line;
  char *limit = daemon->line + daemon->filled;
  for (char *end; (end = memchr(begin, '\n', (size_t)(limit - begin))) != NULL; begin = end + 1) {
    *end = '\0';
    hearLine(daemon, begin);
  }
  daemon->filled = (size_t)(limit - begin);
  memmove(daemon->line, begin, daemon->filled);
  // No line is so long. Its end will not be understood, and that is told.
  if (daemon->filled == sizeof daemon->line) daemon->filled = 0;
}

// Called when `reading.hEvent` is set: the daemon has come, or has said something, or is gone.
void hearDaemon(Daemon *daemon) {
  DWORD count = 0;
  if (daemon->pipe == INVALID_HANDLE_VALUE) return;
  bool came = GetOverlappedResult(daemon->pipe, &daemon->reading, &count, FALSE);
  // Where it was quicker than the wait for it, there is nothing whose outcome could be asked.
  if (!came && daemon->connected) {
    if (GetLastError() != ERROR_IO_INCOMPLETE) closePipe(daemon);
    return;
  }
  if (daemon->connected) {
    daemon->filled += count;
    takeLines(daemon);
  }
  daemon->connected = true;
  ResetEvent(daemon->reading.hEvent);
  char *room = daemon->line + daemon->filled;
  if (ReadFile(daemon->pipe, room, (DWORD)(sizeof daemon->line - daemon->filled), NULL, &daemon->reading)) return;
  if (GetLastError() != ERROR_IO_PENDING) closePipe(daemon);
}

// False where nobody is there who could be asked.
bool askToEnd(Daemon *daemon, DWORD limitMs) {
  if (!daemon->connected) return false;
  char text[64];
  int length = snprintf(text, sizeof text, "{\"stop\":true,\"limitMs\":%lu}\n", limitMs);
  OVERLAPPED writing = {.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL)};
  DWORD count = 0;
  if (writing.hEvent == NULL) return false;
  bool done = WriteFile(daemon->pipe, text, (DWORD)length, NULL, &writing);
  bool begun = done || GetLastError() == ERROR_IO_PENDING;
  if (begun && WaitForSingleObject(writing.hEvent, WRITE_LIMIT_MS) != WAIT_OBJECT_0) CancelIoEx(daemon->pipe, &writing);
  bool written = begun && GetOverlappedResult(daemon->pipe, &writing, &count, TRUE) && count == (DWORD)length;
  CloseHandle(writing.hEvent);
  return written;
}

// ---- The process

static HANDLE openForChild(const wchar_t *path, DWORD access, DWORD how) {
  SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
  return CreateFileW(path, access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, &inherited, how, FILE_ATTRIBUTE_NORMAL, NULL);
}

// What it writes is kept from its start to the next one's: a few lines, for where it cannot even open its log.
static bool createProcess(Daemon *daemon, const wchar_t *version) {
  wchar_t folder[PATH_CHARS], program[PATH_CHARS], command[3 * PATH_CHARS], output[PATH_CHARS];
  writeText(folder, PATH_CHARS, L"%ls\\versions\\%ls", installationFolder(), version);
  writeText(program, PATH_CHARS, L"%ls\\runtime\\node.exe", folder);
  writeText(command, 3 * PATH_CHARS, L"\"%ls\" --max-semi-space-size=1 --no-opt \"%ls\\app\\main.js\" daemon", program, folder);
  writeText(output, PATH_CHARS, L"%ls\\logs", homeFolder());
  CreateDirectoryW(homeFolder(), NULL);
  CreateDirectoryW(output, NULL);
  outputPath(output);
  STARTUPINFOW startup = {.cb = sizeof startup, .dwFlags = STARTF_USESTDHANDLES};
  startup.hStdInput = openForChild(L"NUL", GENERIC_READ, OPEN_EXISTING);
  startup.hStdOutput = openForChild(output, GENERIC_WRITE, CREATE_ALWAYS);
  if (startup.hStdOutput == INVALID_HANDLE_VALUE) startup.hStdOutput = openForChild(L"NUL", GENERIC_WRITE, OPEN_EXISTING);
  startup.hStdError = startup.hStdOutput;
  PROCESS_INFORMATION process;
  // Suspended, so that it cannot have children outside of the job.
  DWORD flags = CREATE_SUSPENDED | CREATE_NO_WINDOW | CREATE_UNICODE_ENVIRONMENT;
  bool made = CreateProcessW(program, command, NULL, NULL, TRUE, flags, NULL, folder, &startup, &process);
  DWORD code = GetLastError();
  CloseHandle(startup.hStdInput);
  CloseHandle(startup.hStdOutput);
  SetLastError(code);
  if (!made) return false;
  daemon->process = process.hProcess;
  bool held = AssignProcessToJobObject(daemon->job, process.hProcess) && ResumeThread(process.hThread) != (DWORD)-1;
  code = GetLastError();
  if (!held) TerminateProcess(process.hProcess, 1);
  CloseHandle(process.hThread);
  SetLastError(code);
  return held;
}

bool startDaemon(Daemon *daemon, const wchar_t *version) {
  ZeroMemory(daemon, sizeof *daemon);
  daemon->pipe = INVALID_HANDLE_VALUE;
  daemon->startedMs = daemon->lastSignMs = nowMs();
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE};
  daemon->job = CreateJobObjectW(NULL, NULL);
  if (daemon->job == NULL) return false;
  if (!SetInformationJobObject(daemon->job, JobObjectExtendedLimitInformation, &limits, sizeof limits)) return false;
  wchar_t name[PATH_CHARS];
  if (!openPipe(daemon, name)) return false;
  SetEnvironmentVariableW(L"TILLBRIDGE_HOST_PIPE", name);
  // Of the whole machine, where another program may have wanted them.
  SetEnvironmentVariableW(L"NODE_OPTIONS", NULL);
  SetEnvironmentVariableW(L"TILLBRIDGE_HOME", NULL);
  return createProcess(daemon, version);
}

void killDaemon(Daemon *daemon) {
  TerminateJobObject(daemon->job, 1);
  WaitForSingleObject(daemon->process, 5000);
}

void forgetDaemon(Daemon *daemon) {
  closePipe(daemon);
  if (daemon->reading.hEvent != NULL) CloseHandle(daemon->reading.hEvent);
  if (daemon->process != NULL) CloseHandle(daemon->process);
  // Whatever it had started ends with it.
  if (daemon->job != NULL) CloseHandle(daemon->job);
  ZeroMemory(daemon, sizeof *daemon);
  daemon->pipe = INVALID_HANDLE_VALUE;
}

// The end of what it wrote on standard error; empty where it wrote nothing.
void lastWords(wchar_t *out, size_t chars) {
  wchar_t path[PATH_CHARS];
  char bytes[LAST_WORDS_BYTES];
  DWORD count = 0;
  out[0] = L'\0';
  if (!outputPath(path)) return;
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return;
  LARGE_INTEGER size = {0};
  GetFileSizeEx(file, &size);
  LARGE_INTEGER from = {.QuadPart = size.QuadPart > LAST_WORDS_BYTES ? size.QuadPart - LAST_WORDS_BYTES : 0};
  if (SetFilePointerEx(file, from, NULL, FILE_BEGIN)) ReadFile(file, bytes, LAST_WORDS_BYTES, &count, NULL);
  CloseHandle(file);
  int length = count == 0 ? 0 : MultiByteToWideChar(CP_UTF8, 0, bytes, (int)count, out, (int)chars - 1);
  for (int at = 0; at < length; at += 1) if (out[at] == L'\0') out[at] = L' ';
  out[length] = L'\0';
}
