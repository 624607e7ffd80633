#include "object.h"
#include <cerrno>
#include <sys/mman.h>

BpfObject::BpfObject(const Napi::CallbackInfo &info) : Napi::ObjectWrap<BpfObject>(info) {
  auto elf = info[0].As<Napi::Uint8Array>();
  auto name = info[1].As<Napi::String>().Utf8Value();
  ClearLog();
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name.c_str());
  object_ = bpf_object__open_mem(elf.Data(), elf.ByteLength(), &options);
  if (!object_) throw Failure(info.Env(), "open " + name, errno);
}

void BpfObject::Release() {
  for (auto &[_, links] : links_) for (bpf_link *link : links) bpf_link__destroy(link);
  for (auto &[_, section] : sections_) munmap(section.memory, section.size);
  links_.clear();
  sections_.clear();
  bpf_object__close(object_);
  object_ = nullptr;
}

void BpfObject::Close(const Napi::CallbackInfo &) { Release(); }

bpf_object *BpfObject::Open(const Napi::CallbackInfo &info) {
  ClearLog();
  if (!object_) throw Failure(info.Env(), "use a closed object", EBADF);
  return object_;
}

bpf_program *BpfObject::Program(const Napi::CallbackInfo &info) {
  bpf_object *object = Open(info);
  auto name = info[0].As<Napi::String>().Utf8Value();
  if (bpf_program *program = bpf_object__find_program_by_name(object, name.c_str())) return program;
  throw Failure(info.Env(), "find program " + name, ENOENT);
}

bpf_map *BpfObject::Map(const Napi::CallbackInfo &info) {
  bpf_object *object = Open(info);
  auto name = info[0].As<Napi::String>().Utf8Value();
  if (bpf_map *map = bpf_object__find_map_by_name(object, name.c_str())) return map;
  throw Failure(info.Env(), "find map " + name, ENOENT);
}

Napi::Value BpfObject::Programs(const Napi::CallbackInfo &info) {
  auto list = Napi::Array::New(info.Env());
  bpf_program *program;
  bpf_object *object = Open(info);
  bpf_object__for_each_program(program, object) {
    auto item = Napi::Object::New(info.Env());
    item["name"] = bpf_program__name(program);
    item["section"] = bpf_program__section_name(program);
    list[list.Length()] = item;
  }
  return list;
}

void BpfObject::SetAutoload(const Napi::CallbackInfo &info) {
  bpf_program *program = Program(info);
  int error = bpf_program__set_autoload(program, info[1].As<Napi::Boolean>());
  if (error) throw Failure(info.Env(), std::string("choose program ") + bpf_program__name(program), error);
}

void BpfObject::Load(const Napi::CallbackInfo &info) {
  bpf_object *object = Open(info);
  if (int error = bpf_object__load(object)) throw Failure(info.Env(), std::string("load ") + bpf_object__name(object), error);
}

void BpfObject::KeepLink(const Napi::CallbackInfo &info, bpf_program *program, bpf_link *link) {
  std::string name = bpf_program__name(program);
  if (!link) throw Failure(info.Env(), "attach " + name, errno);
  links_[name].push_back(link);
}

void BpfObject::Attach(const Napi::CallbackInfo &info) {
  bpf_program *program = Program(info);
  if (links_.contains(bpf_program__name(program))) throw Failure(info.Env(), std::string("attach ") + bpf_program__name(program), EEXIST);
  KeepLink(info, program, bpf_program__attach(program));
}

void BpfObject::Detach(const Napi::CallbackInfo &info) {
  auto found = links_.find(info[0].As<Napi::String>());
  if (found == links_.end()) return;
  std::vector<bpf_link *> links = std::move(found->second);
  links_.erase(found);
  int error = 0;
  for (bpf_link *link : links) if (int failed = bpf_link__destroy(link)) error = failed;
  if (error) throw Failure(info.Env(), "detach " + info[0].As<Napi::String>().Utf8Value(), error);
}

Napi::Value BpfObject::IsAttached(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), links_.contains(info[0].As<Napi::String>()));
}

Napi::Value BpfObject::ProgramInfo(const Napi::CallbackInfo &info) {
  bpf_program *program = Program(info);
  bpf_prog_info known = {};
  __u32 length = sizeof known;
  int error = bpf_obj_get_info_by_fd(bpf_program__fd(program), &known, &length);
  if (error) throw Failure(info.Env(), std::string("ask about program ") + bpf_program__name(program), error);
  auto answer = Napi::Object::New(info.Env());
  answer["id"] = Napi::Number::New(info.Env(), known.id);
  answer["runCount"] = Napi::Number::New(info.Env(), static_cast<double>(known.run_cnt));
  answer["runTimeNs"] = Napi::Number::New(info.Env(), static_cast<double>(known.run_time_ns));
  answer["recursionMisses"] = Napi::Number::New(info.Env(), static_cast<double>(known.recursion_misses));
  return answer;
}

Napi::Value BpfObject::Run(const Napi::CallbackInfo &info) {
  bpf_program *program = Program(info);
  auto context = info[1].As<Napi::Uint8Array>();
  LIBBPF_OPTS(bpf_test_run_opts, options, .ctx_in = context.Data(), .ctx_size_in = static_cast<__u32>(context.ByteLength()));
  int error = bpf_prog_test_run_opts(bpf_program__fd(program), &options);
  if (error) throw Failure(info.Env(), std::string("run ") + bpf_program__name(program), error);
  return Napi::Number::New(info.Env(), options.retval);
}

Napi::Function BpfObject::Define(Napi::Env env) {
  return DefineClass(env, "BpfObject", {
    InstanceMethod<&BpfObject::Programs>("programs"), InstanceMethod<&BpfObject::SetAutoload>("setAutoload"),
    InstanceMethod<&BpfObject::Load>("load"), InstanceMethod<&BpfObject::Attach>("attach"),
    InstanceMethod<&BpfObject::AttachPerfEvent>("attachPerfEvent"), InstanceMethod<&BpfObject::Detach>("detach"), InstanceMethod<&BpfObject::IsAttached>("isAttached"),
    InstanceMethod<&BpfObject::ProgramInfo>("programInfo"), InstanceMethod<&BpfObject::Run>("run"),
    InstanceMethod<&BpfObject::Close>("close"),
    InstanceMethod<&BpfObject::Maps>("maps"), InstanceMethod<&BpfObject::SetAutocreate>("setAutocreate"),
    InstanceMethod<&BpfObject::SetMaxEntries>("setMaxEntries"), InstanceMethod<&BpfObject::MapFd>("mapFd"),
    InstanceMethod<&BpfObject::Lookup>("lookup"), InstanceMethod<&BpfObject::Update>("update"),
    InstanceMethod<&BpfObject::Delete>("delete"), InstanceMethod<&BpfObject::NextKey>("nextKey"),
    InstanceMethod<&BpfObject::LookupBatch>("lookupBatch"),
    InstanceMethod<&BpfObject::Variables>("variables"), InstanceMethod<&BpfObject::WriteConstant>("writeConstant"),
    InstanceMethod<&BpfObject::ReadMemory>("readMemory"), InstanceMethod<&BpfObject::WriteMemory>("writeMemory"),
    InstanceMethod<&BpfObject::AttachIterator>("attachIterator"), InstanceMethod<&BpfObject::RunIterator>("runIterator"),
  });
}
