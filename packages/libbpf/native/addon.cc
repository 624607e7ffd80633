#include "object.h"
#include "ring_reader.h"
#include <bpf/bpf.h>
#include <cerrno>
#include <ctime>
#include <malloc.h>

/** An fd: the kernel counts runs and their time while it is open. */
static Napi::Value EnableStats(const Napi::CallbackInfo &info) {
  int fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
  if (fd < 0) throw Failure(info.Env(), "enable statistics", fd);
  return Napi::Number::New(info.Env(), fd);
}

static Napi::Value PossibleCpus(const Napi::CallbackInfo &info) {
  int count = libbpf_num_possible_cpus();
  if (count < 0) throw Failure(info.Env(), "count possible CPUs", count);
  return Napi::Number::New(info.Env(), count);
}

static timespec Now(clockid_t clock) {
  timespec now = {};
  clock_gettime(clock, &now);   // cannot fail: both clocks exist since 2.6.39
  return now;
}

/** Exact for 104 days of uptime, then rounded to 2 ns and so on: a double holds 2^53. */
static Napi::Value BootNanoseconds(const Napi::CallbackInfo &info) {
  timespec now = Now(CLOCK_BOOTTIME);
  return Napi::Number::New(info.Env(), static_cast<double>(now.tv_sec * int64_t{1000000000} + now.tv_nsec));
}

static Napi::Value WallNanoseconds(const Napi::CallbackInfo &info) {
  timespec now = Now(CLOCK_REALTIME);
  return Napi::BigInt::New(info.Env(), now.tv_sec * int64_t{1000000000} + now.tv_nsec);
}

/** What was freed and lies between what is used: glibc gives back by itself only what lies at the end. */
static void TrimHeap(const Napi::CallbackInfo &) { malloc_trim(0); }

/** (function): called to make each error that this binding throws. */
static void SetErrorFactory(const Napi::CallbackInfo &info) {
  info.Env().GetInstanceData<Addon>()->make_error = Napi::Persistent(info[0].As<Napi::Function>());
}

static Napi::Object Init(Napi::Env env, Napi::Object exports) {
  libbpf_set_print(KeepLog);
  env.SetInstanceData(new Addon());
  exports["BpfObject"] = BpfObject::Define(env);
  exports["RingReader"] = RingReader::Define(env);
  exports["setErrorFactory"] = Napi::Function::New(env, SetErrorFactory);
  exports["enableStats"] = Napi::Function::New(env, EnableStats);
  exports["possibleCpus"] = Napi::Function::New(env, PossibleCpus);
  exports["bootNanoseconds"] = Napi::Function::New(env, BootNanoseconds);
  exports["wallNanoseconds"] = Napi::Function::New(env, WallNanoseconds);
  exports["trimHeap"] = Napi::Function::New(env, TrimHeap);
  exports["libbpfVersion"] = Napi::String::New(env, libbpf_version_string());
  return exports;
}
NODE_API_MODULE(binding, Init)
