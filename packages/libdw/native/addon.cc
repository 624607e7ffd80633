#include "lines.h"
#include <cstdlib>
#include <cxxabi.h>

/** (name): what the C++ ABI's mangled name says, or undefined if it is none. */
static Napi::Value Demangle(const Napi::CallbackInfo &info) {
  std::string mangled = info[0].As<Napi::String>();
  int status = 0;
  char *text = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status);
  if (!text) return info.Env().Undefined();
  auto name = Napi::String::New(info.Env(), text);
  free(text);
  return name;
}

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports["demangle"] = Napi::Function::New(env, Demangle);
  exports["lines"] = Napi::Function::New(env, Lines);
  exports["forget"] = Napi::Function::New(env, Forget);
  return exports;
}
NODE_API_MODULE(binding, Init)
