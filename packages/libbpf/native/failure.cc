#include "failure.h"
#include <cstdlib>

static thread_local std::string log_text;
constexpr size_t kLogTail = 4000;   // the verifier's reason stands at the end

int KeepLog(enum libbpf_print_level level, const char *format, va_list arguments) {
  if (level == LIBBPF_DEBUG) return 0;
  char *line = nullptr;
  if (vasprintf(&line, format, arguments) < 0) return 0;
  log_text += line;
  free(line);
  if (log_text.size() > 2 * kLogTail) log_text.erase(0, log_text.size() - kLogTail);
  return 0;
}

void ClearLog() { log_text.clear(); }

Napi::Error Failure(Napi::Env env, const std::string &operation, int error) {
  error = error < 0 ? -error : error;
  std::string tail = log_text.size() > kLogTail ? log_text.substr(log_text.size() - kLogTail) : log_text;
  ClearLog();
  char reason[128];
  libbpf_strerror(error, reason, sizeof reason);   // also knows libbpf's own codes, 4000 and up
  Napi::Value made = env.GetInstanceData<Addon>()->make_error.Call({
    Napi::String::New(env, operation), Napi::Number::New(env, error), Napi::String::New(env, reason), Napi::String::New(env, tail) });
  return Napi::Error(env, made);
}
