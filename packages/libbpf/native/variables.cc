#include "object.h"
#include <bpf/btf.h>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

static bool IsData(const std::string &section) {
  return section.starts_with(".rodata") || section.starts_with(".data") || section.starts_with(".bss");
}

/** From the object's BTF, whose offsets libbpf has put right at open. */
Napi::Value BpfObject::Variables(const Napi::CallbackInfo &info) {
  auto list = Napi::Array::New(info.Env());
  const btf *types = bpf_object__btf(Open(info));
  for (__u32 id = 1; types && id < btf__type_cnt(types); id++) {
    const btf_type *section = btf__type_by_id(types, id);
    if (!btf_is_datasec(section)) continue;
    std::string name = btf__name_by_offset(types, section->name_off);
    if (!IsData(name)) continue;
    const btf_var_secinfo *place = btf_var_secinfos(section);
    for (int i = 0; i < btf_vlen(section); i++, place++) {
      auto item = Napi::Object::New(info.Env());
      item["name"] = btf__name_by_offset(types, btf__type_by_id(types, place->type)->name_off);
      item["section"] = name;
      item["offset"] = Napi::Number::New(info.Env(), place->offset);
      item["size"] = Napi::Number::New(info.Env(), place->size);
      list[list.Length()] = item;
    }
  }
  return list;
}

void BpfObject::WriteConstant(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  auto bytes = info[2].As<Napi::Uint8Array>();
  size_t at = info[1].As<Napi::Number>().Uint32Value(), size = 0;
  auto *now = static_cast<const char *>(bpf_map__initial_value(map, &size));   // const in libbpf 1.1: copy, change, set
  if (!now || at + bytes.ByteLength() > size) throw Failure(info.Env(), "write a constant", ERANGE);
  std::string changed(now, size);
  memcpy(&changed[at], bytes.Data(), bytes.ByteLength());
  if (int error = bpf_map__set_initial_value(map, changed.data(), size)) throw Failure(info.Env(), "write a constant", error);
}

/** The section's memory, mapped here at first use: libbpf 1.1 maps it only for skeletons. */
char *BpfObject::Memory(const Napi::CallbackInfo &info, size_t bytes) {
  bpf_map *map = Map(info);
  std::string name = info[0].As<Napi::String>();
  size_t at = info[1].As<Napi::Number>().Uint32Value();
  if (at + bytes > bpf_map__value_size(map)) throw Failure(info.Env(), "reach into " + name, ERANGE);
  auto found = sections_.find(name);
  if (found == sections_.end()) {
    size_t page = sysconf(_SC_PAGESIZE), size = (bpf_map__value_size(map) + page - 1) & ~(page - 1);
    int protection = name.starts_with(".rodata") ? PROT_READ : PROT_READ | PROT_WRITE;
    void *memory = mmap(nullptr, size, protection, MAP_SHARED, bpf_map__fd(map), 0);
    if (memory == MAP_FAILED) throw Failure(info.Env(), "map the memory of " + name, errno);
    found = sections_.emplace(name, Section{ static_cast<char *>(memory), size }).first;
  }
  return found->second.memory + at;
}

/** A value of 8 aligned bytes is read or written at once, as the programs see it; larger ones are not. */
static void Copy(void *to, const void *from, size_t size) {
  bool aligned = !((reinterpret_cast<uintptr_t>(to) | reinterpret_cast<uintptr_t>(from)) & 7);
  if (size == 8 && aligned) __atomic_store_n(static_cast<uint64_t *>(to), __atomic_load_n(static_cast<const uint64_t *>(from), __ATOMIC_RELAXED), __ATOMIC_RELAXED);
  else memcpy(to, from, size);
}

void BpfObject::ReadMemory(const Napi::CallbackInfo &info) {
  auto bytes = info[2].As<Napi::Uint8Array>();
  Copy(bytes.Data(), Memory(info, bytes.ByteLength()), bytes.ByteLength());
}

void BpfObject::WriteMemory(const Napi::CallbackInfo &info) {
  auto bytes = info[2].As<Napi::Uint8Array>();
  std::string name = info[0].As<Napi::String>();
  if (name.starts_with(".rodata")) throw Failure(info.Env(), "write to " + name, EPERM);
  Copy(Memory(info, bytes.ByteLength()), bytes.Data(), bytes.ByteLength());
}
