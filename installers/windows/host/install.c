// The service, its source in the event log, its rights and its firewall rule: made, put right and taken away, as administrator.
#include "host.h"

#include <aclapi.h>
#include <sddl.h>
#include <stdio.h>
#include <wchar.h>

#define DESCRIPTION L"Takes payments of POS programs to card terminals. While it is stopped, no POS can pay by card through it."
#define EVENT_SOURCE L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Tillbridge"
// A part of Windows whose messages 1 to 1000 are the text itself. With our own program in this place, the event log would hold it
// open, and an update could not replace it.
#define MESSAGE_FILE L"%SystemRoot%\\System32\\EventCreate.exe"
// The system, the administrators and the service's account. What the folder above allows to others ends here.
#define DATA_RIGHTS L"O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" ACCOUNT_SID L")"
#define STOP_WAIT_MS 60000
#define FIREWALL_RULE L"name=\"Tillbridge (tills on the network)\""

static int failed(const wchar_t *what, DWORD code) {
  fwprintf(stderr, L"tillbridge: %ls: %ls.\n", what, reasonOf(code));
  if (code == ERROR_ACCESS_DENIED) fwprintf(stderr, L"Run it as administrator.\n");
  return 1;
}

// ---- The service

static bool configure(SC_HANDLE service) {
  SERVICE_DESCRIPTIONW description = {(wchar_t *)DESCRIPTION};
  SERVICE_DELAYED_AUTO_START_INFO delayed = {TRUE};
  // Of this host. The daemon is started again by the host itself.
  SC_ACTION actions[] = {{SC_ACTION_RESTART, 1000}, {SC_ACTION_RESTART, 10000}, {SC_ACTION_RESTART, 60000}};
  SERVICE_FAILURE_ACTIONSW recovery = {.dwResetPeriod = 3600, .cActions = 3, .lpsaActions = actions};
  SERVICE_FAILURE_ACTIONS_FLAG alsoErrors = {TRUE};
  SERVICE_SID_INFO sid = {SERVICE_SID_TYPE_UNRESTRICTED};
  SERVICE_PRESHUTDOWN_INFO preshutdown = {STOP_LIMIT_MS + 2 * STOP_RESERVE_MS};
  SERVICE_REQUIRED_PRIVILEGES_INFOW privileges = {(wchar_t *)L"SeChangeNotifyPrivilege\0"};
  const struct {
    DWORD kind;
    void *value;
  } settings[] = {
      {SERVICE_CONFIG_DESCRIPTION, &description},
      {SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed},
      {SERVICE_CONFIG_FAILURE_ACTIONS, &recovery},
      {SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &alsoErrors},
      {SERVICE_CONFIG_SERVICE_SID_INFO, &sid},
      {SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown},
      {SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO, &privileges},
  };
  bool done = true;
  for (size_t at = 0; at < sizeof settings / sizeof settings[0]; at += 1) {
    if (ChangeServiceConfig2W(service, settings[at].kind, settings[at].value)) continue;
    DWORD code = GetLastError();
    // Windows 10 and Windows Server 2016 know all of them.
    fwprintf(stderr, L"tillbridge: setting %lu of the service: %ls.\n", settings[at].kind, reasonOf(code));
    done = done && code == ERROR_INVALID_LEVEL;
  }
  return done;
}

static int makeService(void) {
  wchar_t program[PATH_CHARS], command[PATH_CHARS];
  GetModuleFileNameW(NULL, program, PATH_CHARS);
  writeText(command, PATH_CHARS, L"\"%ls\"", program);
  SC_HANDLE services = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
  if (services == NULL) return failed(L"the services of Windows", GetLastError());
  SC_HANDLE service = OpenServiceW(services, SERVICE_NAME, SERVICE_ALL_ACCESS);
  bool right;
  if (service != NULL) {
    right = ChangeServiceConfigW(service, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL,
                                 ACCOUNT, NULL, L"Tillbridge");
  } else {
    service = CreateServiceW(services, SERVICE_NAME, L"Tillbridge", SERVICE_ALL_ACCESS, SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                             SERVICE_ERROR_NORMAL, command, NULL, NULL, NULL, ACCOUNT, NULL);
    right = service != NULL;
  }
  DWORD code = GetLastError();
  int outcome = !right ? failed(L"the service Tillbridge", code) : configure(service) ? 0 : 1;
  if (service != NULL) CloseServiceHandle(service);
  CloseServiceHandle(services);
  return outcome;
}

static int makeEventSource(void) {
  HKEY key;
  DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
  LSTATUS code = RegCreateKeyExW(HKEY_LOCAL_MACHINE, EVENT_SOURCE, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL);
  if (code != ERROR_SUCCESS) return failed(L"the event log's list of sources", (DWORD)code);
  code = RegSetValueExW(key, L"EventMessageFile", 0, REG_EXPAND_SZ, (const BYTE *)MESSAGE_FILE, sizeof MESSAGE_FILE);
  if (code == ERROR_SUCCESS) code = RegSetValueExW(key, L"TypesSupported", 0, REG_DWORD, (const BYTE *)&types, sizeof types);
  RegCloseKey(key);
  return code == ERROR_SUCCESS ? 0 : failed(L"the event log's list of sources", (DWORD)code);
}

// ---- The folder of the data

// Everybody may make folders in %ProgramData%. Who made this one could change its rights again.
static bool isOurs(PSID owner) {
  PSID account = NULL;
  HANDLE token;
  union {
    TOKEN_USER user;
    BYTE room[256];
  } self;
  DWORD length;
  bool ours = IsWellKnownSid(owner, WinBuiltinAdministratorsSid) || IsWellKnownSid(owner, WinLocalSystemSid);
  if (!ours && ConvertStringSidToSidW(ACCOUNT_SID, &account)) ours = EqualSid(owner, account);
  if (account != NULL) LocalFree(account);
  if (!ours && OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
    ours = GetTokenInformation(token, TokenUser, &self, sizeof self, &length) && EqualSid(owner, self.user.User.Sid);
    CloseHandle(token);
  }
  return ours;
}

static int restrictFolder(wchar_t *folder, PSECURITY_DESCRIPTOR rights) {
  PSECURITY_DESCRIPTOR found;
  PSID owner;
  DWORD attributes = GetFileAttributesW(folder);
  DWORD code = GetNamedSecurityInfoW(folder, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, NULL, NULL, NULL, &found);
  if (code != ERROR_SUCCESS) return failed(folder, code);
  bool ours = isOurs(owner) && attributes != INVALID_FILE_ATTRIBUTES && !(attributes & FILE_ATTRIBUTE_REPARSE_POINT);
  LocalFree(found);
  if (!ours) {
    fwprintf(stderr, L"tillbridge: %ls was made by another user of this PC. Look at what is in it, move it away, and install again.\n", folder);
    return 1;
  }
  BOOL present, defaulted;
  ACL *list;
  if (!GetSecurityDescriptorDacl(rights, &present, &list, &defaulted)) return failed(folder, GetLastError());
  SECURITY_INFORMATION what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
  code = SetNamedSecurityInfoW(folder, SE_FILE_OBJECT, what, NULL, NULL, list, NULL);
  return code == ERROR_SUCCESS ? 0 : failed(folder, code);
}

static int makeDataFolder(void) {
  wchar_t folder[PATH_CHARS];
  writeText(folder, PATH_CHARS, L"%ls", homeFolder());
  PSECURITY_DESCRIPTOR rights;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(DATA_RIGHTS, SDDL_REVISION_1, &rights, NULL)) {
    return failed(folder, GetLastError());
  }
  SECURITY_ATTRIBUTES attributes = {sizeof attributes, rights, FALSE};
  int outcome = 0;
  if (!CreateDirectoryW(folder, &attributes)) {
    outcome = GetLastError() == ERROR_ALREADY_EXISTS ? restrictFolder(folder, rights) : failed(folder, GetLastError());
  }
  LocalFree(rights);
  return outcome;
}

int installService(void) {
  int outcome = makeDataFolder();
  if (outcome == 0) outcome = makeEventSource();
  return outcome == 0 ? makeService() : outcome;
}

// ---- Away

static bool waitUntilStopped(SC_HANDLE service) {
  SERVICE_STATUS now;
  for (ULONGLONG until = GetTickCount64() + STOP_WAIT_MS; GetTickCount64() < until; Sleep(200)) {
    if (!QueryServiceStatus(service, &now) || now.dwCurrentState == SERVICE_STOPPED) return true;
  }
  return false;
}

static int removeService(void) {
  SC_HANDLE services = OpenSCManagerW(NULL, NULL, SC_MANAGER_CONNECT);
  if (services == NULL) return failed(L"the services of Windows", GetLastError());
  SC_HANDLE service = OpenServiceW(services, SERVICE_NAME, SERVICE_STOP | SERVICE_QUERY_STATUS | DELETE);
  DWORD code = GetLastError();
  CloseServiceHandle(services);
  if (service == NULL) return code == ERROR_SERVICE_DOES_NOT_EXIST ? 0 : failed(L"the service Tillbridge", code);
  SERVICE_STATUS now;
  ControlService(service, SERVICE_CONTROL_STOP, &now);
  int outcome = 0;
  if (!waitUntilStopped(service)) outcome = failed(L"the service Tillbridge does not stop", ERROR_SERVICE_REQUEST_TIMEOUT);
  else if (!DeleteService(service) && GetLastError() != ERROR_SERVICE_MARKED_FOR_DELETE)
    outcome = failed(L"the service Tillbridge", GetLastError());
  CloseServiceHandle(service);
  return outcome;
}

int uninstallService(bool withData) {
  int outcome = removeService();
  if (outcome != 0) return outcome;
  LSTATUS code = RegDeleteKeyW(HKEY_LOCAL_MACHINE, EVENT_SOURCE);
  if (code != ERROR_SUCCESS && code != ERROR_FILE_NOT_FOUND) outcome = failed(L"the event log's list of sources", (DWORD)code);
  closeFirewall();
  if (withData && !removeTree(homeFolder())) outcome = failed(homeFolder(), GetLastError());
  return outcome;
}

// ---- The firewall

static int runNetsh(const wchar_t *arguments) {
  wchar_t folder[PATH_CHARS], program[PATH_CHARS], command[2 * PATH_CHARS];
  if (GetSystemDirectoryW(folder, PATH_CHARS) == 0) return 1;
  // Its whole path: what else has this name is never run.
  writeText(program, PATH_CHARS, L"%ls\\netsh.exe", folder);
  writeText(command, 2 * PATH_CHARS, L"netsh.exe advfirewall firewall %ls", arguments);
  STARTUPINFOW startup = {.cb = sizeof startup};
  PROCESS_INFORMATION process;
  DWORD code = 1;
  if (!CreateProcessW(program, command, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &startup, &process)) return 1;
  if (WaitForSingleObject(process.hProcess, 30000) == WAIT_OBJECT_0) GetExitCodeProcess(process.hProcess, &code);
  CloseHandle(process.hThread);
  CloseHandle(process.hProcess);
  return code == 0 ? 0 : 1;
}

// For the service alone, whatever version of the program it runs, and never on a network that is marked as public.
int openFirewall(const wchar_t *port) {
  wchar_t *end;
  unsigned long number = wcstoul(port, &end, 10);
  if (number == 0 || number > 65535 || *end != L'\0') {
    fwprintf(stderr, L"tillbridge: %ls is no port. Give the one of the configuration, for example 8456.\n", port);
    return 1;
  }
  wchar_t arguments[500];
  closeFirewall();
  writeText(arguments, 500, L"add rule %ls dir=in action=allow protocol=TCP localport=%lu service=%ls profile=private,domain", FIREWALL_RULE,
            number, SERVICE_NAME);
  if (runNetsh(arguments) == 0) return 0;
  fwprintf(stderr, L"tillbridge: the firewall does not take the rule. Run it as administrator.\n");
  return 1;
}

// It fails where there is none, too.
int closeFirewall(void) { return runNetsh(L"delete rule " FIREWALL_RULE), 0; }
