#include "object.h"
#include <cerrno>

static bool IsPerCpu(bpf_map_type type) {
  return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_LRU_PERCPU_HASH;
}

/** Bytes of one value as user space sees it: for a per-CPU map one value, padded to 8, for each possible CPU. */
static size_t ValueBytes(const bpf_map *map) {
  size_t size = bpf_map__value_size(map);
  return IsPerCpu(bpf_map__type(map)) ? ((size + 7) & ~size_t{7}) * libbpf_num_possible_cpus() : size;
}

static std::string Doing(const char *what, const bpf_map *map) { return std::string(what) + bpf_map__name(map); }

Napi::Value BpfObject::Maps(const Napi::CallbackInfo &info) {
  auto list = Napi::Array::New(info.Env());
  bpf_map *map;
  bpf_object *object = Open(info);
  bpf_object__for_each_map(map, object) {
    auto item = Napi::Object::New(info.Env());
    item["name"] = bpf_map__name(map);
    item["type"] = Napi::Number::New(info.Env(), bpf_map__type(map));
    item["keyBytes"] = Napi::Number::New(info.Env(), bpf_map__key_size(map));
    item["valueBytes"] = Napi::Number::New(info.Env(), ValueBytes(map));
    item["maxEntries"] = Napi::Number::New(info.Env(), bpf_map__max_entries(map));
    list[list.Length()] = item;
  }
  return list;
}

void BpfObject::SetAutocreate(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  int error = bpf_map__set_autocreate(map, info[1].As<Napi::Boolean>());
  if (error) throw Failure(info.Env(), Doing("choose map ", map), error);
}

void BpfObject::SetMaxEntries(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  int error = bpf_map__set_max_entries(map, info[1].As<Napi::Number>().Uint32Value());
  if (error) throw Failure(info.Env(), Doing("size map ", map), error);
}

Napi::Value BpfObject::MapFd(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  int fd = bpf_map__fd(map);
  if (fd < 0) throw Failure(info.Env(), Doing("use map ", map), EBADF);
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value BpfObject::Lookup(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  auto key = info[1].As<Napi::Uint8Array>(), value = info[2].As<Napi::Uint8Array>();
  int error = bpf_map__lookup_elem(map, key.Data(), key.ByteLength(), value.Data(), value.ByteLength(), 0);   // checks the sizes
  if (error && error != -ENOENT) throw Failure(info.Env(), Doing("look up in ", map), error);
  return Napi::Boolean::New(info.Env(), error == 0);
}

void BpfObject::Update(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  auto key = info[1].As<Napi::Uint8Array>(), value = info[2].As<Napi::Uint8Array>();
  int error = bpf_map__update_elem(map, key.Data(), key.ByteLength(), value.Data(), value.ByteLength(), info[3].As<Napi::Number>().Uint32Value());
  if (error) throw Failure(info.Env(), Doing("update ", map), error);
}

Napi::Value BpfObject::Delete(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  auto key = info[1].As<Napi::Uint8Array>();
  int error = bpf_map__delete_elem(map, key.Data(), key.ByteLength(), 0);
  if (error && error != -ENOENT) throw Failure(info.Env(), Doing("delete from ", map), error);
  return Napi::Boolean::New(info.Env(), error == 0);
}

Napi::Value BpfObject::NextKey(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  auto next = info[2].As<Napi::Uint8Array>();
  const void *key = info[1].IsNull() ? nullptr : info[1].As<Napi::Uint8Array>().Data();
  int error = bpf_map__get_next_key(map, key, next.Data(), next.ByteLength());
  if (error && error != -ENOENT) throw Failure(info.Env(), Doing("walk ", map), error);
  return Napi::Boolean::New(info.Env(), error == 0);
}

/** ENOENT says that this was the last batch, ENOSPC that `count` is too small for one bucket: both are answers, not errors. */
Napi::Value BpfObject::LookupBatch(const Napi::CallbackInfo &info) {
  bpf_map *map = Map(info);
  auto cursor = info[1].As<Napi::Uint8Array>(), keys = info[3].As<Napi::Uint8Array>(), values = info[4].As<Napi::Uint8Array>();
  bool first = info[2].As<Napi::Boolean>();
  __u32 count = info[5].As<Napi::Number>().Uint32Value();
  size_t cursor_bytes = std::max<size_t>(bpf_map__key_size(map), 4);
  if (cursor.ByteLength() < cursor_bytes || keys.ByteLength() < size_t{count} * bpf_map__key_size(map) || values.ByteLength() < size_t{count} * ValueBytes(map))
    throw Failure(info.Env(), Doing("read a batch of ", map), EINVAL);
  int error = bpf_map_lookup_batch(bpf_map__fd(map), first ? nullptr : cursor.Data(), cursor.Data(), keys.Data(), values.Data(), &count, nullptr);
  auto answer = Napi::Array::New(info.Env(), 2);
  answer[0u] = Napi::Number::New(info.Env(), error && error != -ENOENT ? 0 : count);
  answer[1u] = Napi::Number::New(info.Env(), -error);
  return answer;
}
