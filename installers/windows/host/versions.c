// Which version runs: the same rule as installers/linux/start-version, but for one thing. The service's account may not write
// where programs lie, so that a daemon that was broken into cannot choose what an administrator runs. What the rule has to
// remember, it remembers in the home folder; the files `current` and `trial` are changed by administrators alone.
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define SMALL_FILE_BYTES 4096
// Of `tillbridge service install`: this installation is its, and not an installer's.
#define MARK_OF_FOLDER L"installed-from-folder.txt"

static wchar_t installation[PATH_CHARS];
static wchar_t home[PATH_CHARS];

bool findFolders(void) {
  DWORD length = GetModuleFileNameW(NULL, installation, PATH_CHARS);
  if (length == 0 || length == PATH_CHARS) return false;
  wchar_t *last = wcsrchr(installation, L'\\');
  if (last == NULL) return false;
  *last = L'\0';
  // Where Windows itself looks it up, and not in an environment that something may have changed.
  wchar_t programData[PATH_CHARS];
  DWORD bytes = sizeof programData;
  LSTATUS code = RegGetValueW(HKEY_LOCAL_MACHINE, L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList", L"ProgramData",
                              RRF_RT_REG_SZ, NULL, programData, &bytes);
  if (code != ERROR_SUCCESS) writeText(programData, PATH_CHARS, L"C:\\ProgramData");
  // The daemon looks for its home folder there.
  SetEnvironmentVariableW(L"ProgramData", programData);
  return writeText(home, PATH_CHARS, L"%ls\\tillbridge", programData);
}

const wchar_t *installationFolder(void) { return installation; }
const wchar_t *homeFolder(void) { return home; }

// What becomes part of a path: digits, letters, dots and hyphens, and it begins with a digit.
bool isVersion(const wchar_t *text) {
  size_t length = wcslen(text);
  if (length == 0 || length >= VERSION_CHARS || text[0] < L'0' || text[0] > L'9') return false;
  for (size_t at = 0; at < length; at += 1) {
    wchar_t c = text[at];
    bool fits = (c >= L'0' && c <= L'9') || (c >= L'a' && c <= L'z') || (c >= L'A' && c <= L'Z') || c == L'.' || c == L'-';
    if (!fits) return false;
  }
  return true;
}

static bool isThere(const wchar_t *path) { return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES; }

static bool inInstallation(wchar_t *path, const wchar_t *name) {
  return writeText(path, PATH_CHARS, L"%ls\\%ls", installation, name);
}

// Whole, and ended by a zero. What is larger than any of ours is none of ours.
static bool readSmall(const wchar_t *path, char text[SMALL_FILE_BYTES]) {
  HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING, 0, NULL);
  if (file == INVALID_HANDLE_VALUE) return false;
  DWORD count = 0;
  bool read = ReadFile(file, text, SMALL_FILE_BYTES - 1, &count, NULL) && count < SMALL_FILE_BYTES - 1;
  CloseHandle(file);
  text[read ? count : 0] = '\0';
  return read;
}

// All or nothing, and on the disk when it returns.
static bool replaceSmall(const wchar_t *path, const char *text) {
  wchar_t fresh[PATH_CHARS];
  if (!writeText(fresh, PATH_CHARS, L"%ls.fresh", path)) return false;
  HANDLE file = CreateFileW(fresh, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  if (file == INVALID_HANDLE_VALUE) return false;
  DWORD count = 0;
  bool written = WriteFile(file, text, (DWORD)strlen(text), &count, NULL) && FlushFileBuffers(file);
  CloseHandle(file);
  if (written && MoveFileExW(fresh, path, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) return true;
  DWORD code = GetLastError();
  DeleteFileW(fresh);
  SetLastError(code);
  return false;
}

// The rest of a line, without what ends it. Nothing but a version is taken for one.
static void versionFrom(const char *text, wchar_t version[VERSION_CHARS]) {
  size_t length = strcspn(text, "\r\n");
  version[0] = L'\0';
  if (length == 0 || length >= VERSION_CHARS) return;
  for (size_t at = 0; at < length; at += 1) version[at] = (wchar_t)(unsigned char)text[at];
  version[length] = L'\0';
  if (!isVersion(version)) version[0] = L'\0';
}

static void readCurrent(wchar_t version[VERSION_CHARS]) {
  wchar_t path[PATH_CHARS];
  char text[SMALL_FILE_BYTES];
  version[0] = L'\0';
  if (inInstallation(path, L"current") && readSmall(path, text)) versionFrom(text, version);
}

static bool runs(const wchar_t *version) {
  wchar_t path[PATH_CHARS];
  if (!isVersion(version)) return false;
  writeText(path, PATH_CHARS, L"%ls\\versions\\%ls\\program.json", installation, version);
  if (!isThere(path)) return false;
  writeText(path, PATH_CHARS, L"%ls\\versions\\%ls\\runtime\\node.exe", installation, version);
  return isThere(path);
}

typedef struct {
  wchar_t from[VERSION_CHARS];
  wchar_t to[VERSION_CHARS];
  long starts;
  // Tells this trial from a later one of the same version.
  FILETIME writtenAt;
} Trial;

static const char *valueOf(const char *text, const char *name) {
  size_t length = strlen(name);
  for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
    if (*line == '\n') line += 1;
    if (strncmp(line, name, length) == 0 && line[length] == '=') return line + length + 1;
  }
  return NULL;
}

static bool readTrial(Trial *trial) {
  wchar_t path[PATH_CHARS];
  char text[SMALL_FILE_BYTES];
  WIN32_FILE_ATTRIBUTE_DATA attributes;
  if (!inInstallation(path, L"trial") || !readSmall(path, text)) return false;
  if (!GetFileAttributesExW(path, GetFileExInfoStandard, &attributes)) return false;
  const char *from = valueOf(text, "from"), *to = valueOf(text, "to"), *starts = valueOf(text, "starts");
  if (from == NULL || to == NULL || starts == NULL) return false;
  // A power cut can bring a file back that was removed.
  const char *proved = valueOf(text, "proved");
  if (proved != NULL && strncmp(proved, "yes", 3) == 0) return false;
  versionFrom(from, trial->from);
  versionFrom(to, trial->to);
  trial->starts = strtol(starts, NULL, 10);
  trial->writtenAt = attributes.ftLastWriteTime;
  return trial->from[0] != L'\0' && trial->to[0] != L'\0';
}

// What is remembered of a trial: that its version was started once.
static bool markPath(wchar_t *path) { return writeText(path, PATH_CHARS, L"%ls\\trial-started", home); }

static void markOf(const Trial *trial, char *text, size_t bytes) {
  snprintf(text, bytes, "to=%ls\ntrial=%08lx%08lx\n", trial->to, trial->writtenAt.dwHighDateTime, trial->writtenAt.dwLowDateTime);
}

// Also of this process alone, where the disk is full.
static char startedHere[SMALL_FILE_BYTES];

static bool wasStarted(const Trial *trial) {
  wchar_t path[PATH_CHARS];
  char expected[SMALL_FILE_BYTES], found[SMALL_FILE_BYTES];
  markOf(trial, expected, sizeof expected);
  if (trial->starts > 0 || strcmp(expected, startedHere) == 0) return true;
  return markPath(path) && readSmall(path, found) && strcmp(expected, found) == 0;
}

static void noteStart(const Trial *trial) {
  wchar_t path[PATH_CHARS];
  markOf(trial, startedHere, sizeof startedHere);
  if (markPath(path) && replaceSmall(path, startedHere)) return;
  tellEvent(EVENTLOG_ERROR_TYPE, EVENT_TRIAL,
            L"%ls cannot be written: %ls. Free some space on the disk. Version %ls runs without taking payments until it has proved itself.",
            path, reasonOf(GetLastError()), trial->to);
}

// 1.0.0-rc.1 comes before 1.0.0.
static int compareVersions(const wchar_t *one, const wchar_t *other) {
  while (*one != L'\0' || *other != L'\0') {
    bool number = *one >= L'0' && *one <= L'9' && *other >= L'0' && *other <= L'9';
    if (number) {
      wchar_t *oneEnd, *otherEnd;
      unsigned long first = wcstoul(one, &oneEnd, 10), second = wcstoul(other, &otherEnd, 10);
      if (first != second) return first < second ? -1 : 1;
      one = oneEnd;
      other = otherEnd;
    } else {
      if (*one != *other) {
        if (*one == L'-' || *other == L'-') return *one == L'-' ? -1 : 1;
        return *one < *other ? -1 : 1;
      }
      one += 1;
      other += 1;
    }
  }
  return 0;
}

static void findNewest(wchar_t newest[VERSION_CHARS]) {
  wchar_t pattern[PATH_CHARS];
  WIN32_FIND_DATAW found;
  newest[0] = L'\0';
  if (!inInstallation(pattern, L"versions\\*")) return;
  HANDLE search = FindFirstFileW(pattern, &found);
  if (search == INVALID_HANDLE_VALUE) return;
  do {
    if (!runs(found.cFileName)) continue;
    if (newest[0] == L'\0' || compareVersions(found.cFileName, newest) > 0) writeText(newest, VERSION_CHARS, L"%ls", found.cFileName);
  } while (FindNextFileW(search, &found));
  FindClose(search);
}

// A version that has not proved itself is started once. A second start means that the first one ended badly.
static void seeToTrial(const Trial *trial, wchar_t version[VERSION_CHARS]) {
  bool unknown = version[0] == L'\0';
  if (!unknown && wcscmp(trial->to, version) != 0) return;
  if (!unknown && !wasStarted(trial)) {
    tellEvent(EVENTLOG_INFORMATION_TYPE, EVENT_TRIAL, L"Version %ls starts on trial, in place of %ls.", trial->to, trial->from);
    noteStart(trial);
    return;
  }
  if (!runs(trial->from)) {
    tellEvent(EVENTLOG_ERROR_TYPE, EVENT_VERSION_MISSING,
              L"Version %ls did not prove itself, and version %ls is not in %ls\\versions any more. Version %ls runs without taking "
              L"payments. Install a package of Tillbridge.",
              trial->to, trial->from, installation, trial->to);
    return;
  }
  tellEvent(EVENTLOG_ERROR_TYPE, EVENT_TAKEN_BACK,
            L"Version %ls was taken back: it ended before it had proved itself. Version %ls runs. The next update tidies up.",
            trial->to, trial->from);
  writeText(version, VERSION_CHARS, L"%ls", trial->from);
}

// False where there is nothing that could run.
bool chooseVersion(wchar_t version[VERSION_CHARS]) {
  Trial trial;
  readCurrent(version);
  if (readTrial(&trial)) {
    seeToTrial(&trial, version);
  } else {
    wchar_t path[PATH_CHARS];
    if (markPath(path)) DeleteFileW(path);
    startedHere[0] = '\0';
  }
  if (runs(version)) return true;
  wchar_t newest[VERSION_CHARS];
  findNewest(newest);
  if (newest[0] == L'\0') {
    tellEvent(EVENTLOG_ERROR_TYPE, EVENT_VERSION_MISSING,
              L"There is no version of Tillbridge in %ls\\versions that can run. Install it again: your configuration and your data stay.",
              installation);
    return false;
  }
  tellEvent(EVENTLOG_ERROR_TYPE, EVENT_VERSION_MISSING,
            L"%ls\\current says \"%ls\", which is not in %ls\\versions or not whole. Version %ls runs in its place.", installation, version,
            installation, newest);
  writeText(version, VERSION_CHARS, L"%ls", newest);
  return true;
}

// ---- For the installer, as administrator

// Where the service lies, for a program that lies elsewhere.
void useInstallation(const wchar_t *folder) { writeText(installation, PATH_CHARS, L"%ls", folder); }

// The one that `current` names. False where it is not whole.
bool installedVersion(wchar_t version[VERSION_CHARS]) {
  readCurrent(version);
  return runs(version);
}

static int failed(const wchar_t *what) {
  fwprintf(stderr, L"tillbridge: %ls: %ls\n", what, reasonOf(GetLastError()));
  return 1;
}

// What `update apply` brought may be newer than what an installer brings. The journal knows no way back. The installer asks before
// anything is there, so this program lies elsewhere.
int mayPlace(const wchar_t *version, const wchar_t *folder) {
  wchar_t current[VERSION_CHARS];
  if (!writeText(installation, PATH_CHARS, L"%ls", folder)) return 1;
  readCurrent(current);
  if (current[0] == L'\0' || compareVersions(current, version) <= 0) return 0;
  tellEvent(EVENTLOG_ERROR_TYPE, EVENT_HOST_FAILED,
            L"Version %ls was not installed: version %ls is here already, and is newer. Nothing was changed.", version, current);
  fwprintf(stderr, L"tillbridge: version %ls is here already, and is newer than %ls. Nothing was changed.\n", current, version);
  return 1;
}

int placeVersion(const wchar_t *version) {
  wchar_t current[PATH_CHARS], before[PATH_CHARS], trial[PATH_CHARS];
  char text[VERSION_CHARS + 2];
  if (!inInstallation(current, L"current") || !inInstallation(before, L"current.before") || !inInstallation(trial, L"trial")) return 1;
  // First of all: `take-back` goes by it, and an earlier installation has left its own. An empty one says that there was none before.
  DeleteFileW(before);
  if (!(isThere(current) ? CopyFileW(current, before, FALSE) : replaceSmall(before, ""))) return failed(before);
  if (!runs(version)) {
    fwprintf(stderr, L"tillbridge: version %ls is not in %ls\\versions, or not whole.\n", version, installation);
    return 1;
  }
  snprintf(text, sizeof text, "%ls\n", version);
  if (!replaceSmall(current, text)) return failed(current);
  if (!DeleteFileW(trial) && GetLastError() != ERROR_FILE_NOT_FOUND) return failed(trial);
  if (inInstallation(before, MARK_OF_FOLDER)) DeleteFileW(before);
  forgetStop();
  return 0;
}

// An installation that failed after it: what was there is there again.
int takeBackPlaced(void) {
  wchar_t current[PATH_CHARS], before[PATH_CHARS];
  if (!inInstallation(current, L"current") || !inInstallation(before, L"current.before")) return 1;
  char text[SMALL_FILE_BYTES];
  if (!isThere(before)) return 0;
  if (!readSmall(before, text)) return failed(before);
  if (text[0] != '\0') return MoveFileExW(before, current, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) ? 0 : failed(current);
  DeleteFileW(current);
  DeleteFileW(before);
  return 0;
}

// A link is removed and never followed.
bool removeTree(const wchar_t *folder) {
  wchar_t pattern[PATH_CHARS], path[PATH_CHARS];
  WIN32_FIND_DATAW found;
  bool gone = writeText(pattern, PATH_CHARS, L"%ls\\*", folder);
  HANDLE search = gone ? FindFirstFileW(pattern, &found) : INVALID_HANDLE_VALUE;
  if (search != INVALID_HANDLE_VALUE) {
    do {
      if (wcscmp(found.cFileName, L".") == 0 || wcscmp(found.cFileName, L"..") == 0) continue;
      if (!writeText(path, PATH_CHARS, L"%ls\\%ls", folder, found.cFileName)) gone = false;
      else if (!(found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY)) gone = DeleteFileW(path) && gone;
      else if (found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) gone = RemoveDirectoryW(path) && gone;
      else gone = removeTree(path) && gone;
    } while (FindNextFileW(search, &found));
    FindClose(search);
  }
  return (RemoveDirectoryW(folder) || GetLastError() == ERROR_FILE_NOT_FOUND) && gone;
}

// Everything of the installation but this program: versions that `update apply` brought are in nobody's list of files.
int clearInstallation(void) {
  static const wchar_t *const names[] = {L"current", L"current.before", L"current.fresh", L"trial", L"updates.log", L"update.lock",
                                         MARK_OF_FOLDER};
  wchar_t path[PATH_CHARS];
  for (size_t at = 0; at < sizeof names / sizeof names[0]; at += 1) {
    if (inInstallation(path, names[at])) DeleteFileW(path);
  }
  forgetStop();
  if (!inInstallation(path, L"versions") || !isThere(path)) return 0;
  return removeTree(path) ? 0 : failed(path);
}
