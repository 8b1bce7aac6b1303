// Words for people: the event log, and what Windows calls an error.
#include "host.h"

#include <stdarg.h>
#include <wchar.h>

static HANDLE eventLog;

void openEventLog(void) { eventLog = RegisterEventSourceW(NULL, SERVICE_NAME); }

static bool writeTextList(wchar_t *out, size_t chars, const wchar_t *pattern, va_list list) {
  int written = _vsnwprintf(out, chars - 1, pattern, list);
  out[chars - 1] = L'\0';
  return written >= 0 && (size_t)written < chars;
}

// False where it does not fit. Then it is cut.
bool writeText(wchar_t *out, size_t chars, const wchar_t *pattern, ...) {
  va_list list;
  va_start(list, pattern);
  bool whole = writeTextList(out, chars, pattern, list);
  va_end(list);
  return whole;
}

void tellEvent(WORD type, EventNumber number, const wchar_t *pattern, ...) {
  wchar_t text[TEXT_CHARS];
  va_list list;
  va_start(list, pattern);
  writeTextList(text, TEXT_CHARS, pattern, list);
  va_end(list);
  const wchar_t *texts[] = {text};
  // Nothing can be said where the event log itself fails, and the shop still has to take payments.
  if (eventLog != NULL) ReportEventW(eventLog, type, 0, (DWORD)number, NULL, 1, 0, texts, NULL);
}

// In the language of the machine, as its technician knows it.
const wchar_t *reasonOf(DWORD code) {
  static wchar_t reason[512];
  wchar_t text[400];
  DWORD length = FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, NULL, code, 0, text, 400, NULL);
  while (length > 0 && (text[length - 1] <= L' ' || text[length - 1] == L'.')) length -= 1;
  text[length] = L'\0';
  if (length == 0) writeText(reason, 512, L"error %lu", code);
  else writeText(reason, 512, L"%ls (error %lu)", text, code);
  return reason;
}
