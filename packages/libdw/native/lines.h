#pragma once
#include <napi.h>

/**
 * (path, Float64Array of addresses as the file's program headers give them) -> Promise of, for each address, its frames
 * from the innermost inlined function to the function itself: [{ function, file, line }]. Runs in libuv's pool.
 */
Napi::Value Lines(const Napi::CallbackInfo &info);

/** Closes all files that `Lines` keeps open, once what runs is done. */
Napi::Value Forget(const Napi::CallbackInfo &info);
