#pragma once
#include <bpf/libbpf.h>
#include <napi.h>
#include <string>

/** What one environment (the main thread or a worker) keeps: how TypeScript makes its BpfError. */
struct Addon {
  Napi::FunctionReference make_error;   // (operation, errno, reason, log) -> Error
};

/** Takes libbpf's own words for this thread, so that an error can quote the verifier. Debug output is left out. */
int KeepLog(enum libbpf_print_level level, const char *format, va_list arguments);

/** Forgets what libbpf said before, so that an error quotes only the operation that failed. */
void ClearLog();

/** The error to throw: a BpfError with the operation in words, the error number (either sign) and the end of the log. */
Napi::Error Failure(Napi::Env env, const std::string &operation, int error);
