#pragma once
#include "failure.h"
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <map>
#include <napi.h>
#include <string>
#include <vector>

/** One BPF object: open from bytes, choose programs, load, attach and detach each on its own, maps, variables, iterators. */
class BpfObject : public Napi::ObjectWrap<BpfObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit BpfObject(const Napi::CallbackInfo &info);   // (elf bytes, name)
  ~BpfObject() { Release(); }

 private:
  // object.cc
  Napi::Value Programs(const Napi::CallbackInfo &info);      // [{ name, section }]
  void SetAutoload(const Napi::CallbackInfo &info);          // (program, boolean), before load
  void Load(const Napi::CallbackInfo &info);
  void Attach(const Napi::CallbackInfo &info);               // (program)
  void AttachPerfEvent(const Napi::CallbackInfo &info);      // (program, hz): runs it so often on every CPU that is online
  void Detach(const Napi::CallbackInfo &info);               // (program); nothing if it isn't attached
  Napi::Value IsAttached(const Napi::CallbackInfo &info);    // (program)
  Napi::Value ProgramInfo(const Napi::CallbackInfo &info);   // (program) -> { id, runCount, runTimeNs, recursionMisses }
  Napi::Value Run(const Napi::CallbackInfo &info);       // (program, context; a `syscall` program changes it) -> its return value
  void Close(const Napi::CallbackInfo &info);
  // maps.cc
  Napi::Value Maps(const Napi::CallbackInfo &info);          // [{ name, type, keyBytes, valueBytes, maxEntries }]
  void SetAutocreate(const Napi::CallbackInfo &info);        // (map, boolean), before load
  void SetMaxEntries(const Napi::CallbackInfo &info);        // (map, number), before load
  Napi::Value MapFd(const Napi::CallbackInfo &info);         // (map)
  Napi::Value Lookup(const Napi::CallbackInfo &info);        // (map, key, value out) -> found
  void Update(const Napi::CallbackInfo &info);               // (map, key, value, flags)
  Napi::Value Delete(const Napi::CallbackInfo &info);        // (map, key) -> was there
  Napi::Value NextKey(const Napi::CallbackInfo &info);       // (map, key or null, next out) -> there is one
  Napi::Value LookupBatch(const Napi::CallbackInfo &info);   // (map, cursor in and out, is first, keys out, values out, count) -> [count, errno]
  // variables.cc
  Napi::Value Variables(const Napi::CallbackInfo &info);     // [{ name, section, offset, size }]
  void WriteConstant(const Napi::CallbackInfo &info);        // (section, offset, bytes), before load
  void ReadMemory(const Napi::CallbackInfo &info);           // (section, offset, bytes out), after load
  void WriteMemory(const Napi::CallbackInfo &info);          // (section, offset, bytes), after load
  char *Memory(const Napi::CallbackInfo &info, size_t bytes);
  // iterators.cc
  void AttachIterator(const Napi::CallbackInfo &info);       // (program, map): for iterators over a map's elements
  Napi::Value RunIterator(const Napi::CallbackInfo &info);   // (program, keep) -> its output as a Buffer, or undefined

  void Release();
  bpf_object *Open(const Napi::CallbackInfo &info);          // throws if it was closed
  bpf_program *Program(const Napi::CallbackInfo &info);
  bpf_map *Map(const Napi::CallbackInfo &info);
  void KeepLink(const Napi::CallbackInfo &info, bpf_program *program, bpf_link *link);

  struct Section { char *memory; size_t size; };
  bpf_object *object_ = nullptr;
  std::map<std::string, std::vector<bpf_link *>> links_;   // a perf event's program has one a CPU
  std::map<std::string, Section> sections_;
};
