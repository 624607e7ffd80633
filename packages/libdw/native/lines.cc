#include "lines.h"
#include <cstdlib>
#include <cxxabi.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <list>
#include <mutex>
#include <string>
#include <vector>

namespace {

struct Frame {
  std::string function, file;
  int line;
};

/** One ELF file with what is known of its source; libdw finds separate debug files by itself. */
struct Source {
  std::string path;
  Dwfl *session = nullptr;
  Dwfl_Module *module = nullptr;
  ~Source() { if (session) dwfl_end(session); }
};

char *debug_path = nullptr;   // the usual places
const Dwfl_Callbacks kOffline = { dwfl_build_id_find_elf, dwfl_standard_find_debuginfo, dwfl_offline_section_address, &debug_path };
constexpr size_t kOpenFiles = 16;
std::mutex one_at_a_time;      // libdw is not thread-safe, and libuv's pool has four threads
std::list<Source> open_files;  // most recently used first

/** Null, and `reason`, if libdw can't read it. */
Source *OpenSource(const std::string &path, std::string &reason) {
  for (auto at = open_files.begin(); at != open_files.end(); ++at) {
    if (at->path != path) continue;
    open_files.splice(open_files.begin(), open_files, at);
    return &open_files.front();
  }
  Source &source = open_files.emplace_front();
  source.path = path;
  source.session = dwfl_begin(&kOffline);
  if (source.session) {
    dwfl_report_begin(source.session);
    source.module = dwfl_report_elf(source.session, path.c_str(), path.c_str(), -1, 0, false);
    dwfl_report_end(source.session, nullptr, nullptr);
  }
  if (!source.module) {
    reason = dwfl_errmsg(-1);
    open_files.pop_front();
    return nullptr;
  }
  if (open_files.size() > kOpenFiles) open_files.pop_back();
  return &source;
}

std::string NameOf(Dwarf_Die *die) {
  Dwarf_Attribute attribute;
  const char *name = dwarf_formstring(dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute));
  if (!name) name = dwarf_diename(die);
  return name ? name : "";
}

/** The scopes of the innermost DIE know the whole chain of inlined functions; a caller's line is where it inlined. */
void AddInlineChain(Dwarf_Die *unit, Dwarf_Die *scopes, int count, Frame innermost, std::vector<Frame> &frames) {
  Dwarf_Files *files = nullptr;
  size_t file_count = 0;
  bool has_files = dwarf_getsrcfiles(unit, &files, &file_count) == 0;
  Frame at = innermost;
  for (int i = 0; i < count; i++) {
    int tag = dwarf_tag(&scopes[i]);
    if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine) continue;
    frames.push_back({ NameOf(&scopes[i]), at.file, at.line });
    if (tag == DW_TAG_subprogram) return;
    Dwarf_Attribute attribute;
    Dwarf_Word value;
    if (dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_line, &attribute), &value) == 0) at.line = static_cast<int>(value);
    if (!has_files || dwarf_formudata(dwarf_attr(&scopes[i], DW_AT_call_file, &attribute), &value) != 0) continue;
    const char *file = dwarf_filesrc(files, value, nullptr, nullptr);
    if (file) at.file = file;
  }
}

std::vector<Frame> FramesAt(Dwfl_Module *module, Dwarf_Addr address) {
  std::vector<Frame> frames;
  Frame innermost = { "", "", 0 };
  if (Dwfl_Line *line = dwfl_module_getsrc(module, address)) {
    const char *file = dwfl_lineinfo(line, nullptr, &innermost.line, nullptr, nullptr, nullptr);
    if (file) innermost.file = file;
  }
  Dwarf_Addr bias = 0;
  Dwarf_Die *unit = dwfl_module_addrdie(module, address, &bias), *scopes = nullptr, *chain = nullptr;
  int count = unit ? dwarf_getscopes(unit, address - bias, &scopes) : 0;
  if (count > 0) count = dwarf_getscopes_die(&scopes[0], &chain);
  if (count > 0) AddInlineChain(unit, chain, count, innermost, frames);
  free(scopes);
  free(chain);
  if (frames.empty()) frames.push_back(innermost);
  return frames;
}

class Lookup : public Napi::AsyncWorker {
 public:
  Lookup(Napi::Env env, std::string path, std::vector<uint64_t> addresses)
      : Napi::AsyncWorker(env), done(Napi::Promise::Deferred::New(env)), path_(std::move(path)), addresses_(std::move(addresses)) {}
  Napi::Promise::Deferred done;

 private:
  void Execute() override {
    std::lock_guard lock(one_at_a_time);
    std::string reason;
    Source *source = OpenSource(path_, reason);
    if (!source) return SetError(path_ + ": " + reason);
    GElf_Addr bias = 0;
    dwfl_module_getelf(source->module, &bias);
    for (uint64_t address : addresses_) found_.push_back(FramesAt(source->module, address + bias));
  }
  void OnOK() override {
    auto lists = Napi::Array::New(Env(), found_.size());
    for (uint32_t i = 0; i < found_.size(); i++) {
      auto list = Napi::Array::New(Env(), found_[i].size());
      for (uint32_t j = 0; j < found_[i].size(); j++) {
        auto frame = Napi::Object::New(Env());
        frame["function"] = found_[i][j].function;
        frame["file"] = found_[i][j].file;
        frame["line"] = Napi::Number::New(Env(), found_[i][j].line);
        list[j] = frame;
      }
      lists[i] = list;
    }
    done.Resolve(lists);
  }
  void OnError(const Napi::Error &error) override { done.Reject(error.Value()); }

  std::string path_;
  std::vector<uint64_t> addresses_;
  std::vector<std::vector<Frame>> found_;
};

}  // namespace

Napi::Value Lines(const Napi::CallbackInfo &info) {
  auto numbers = info[1].As<Napi::Float64Array>();
  std::vector<uint64_t> addresses(numbers.Data(), numbers.Data() + numbers.ElementLength());
  auto *lookup = new Lookup(info.Env(), info[0].As<Napi::String>(), std::move(addresses));
  lookup->Queue();
  return lookup->done.Promise();
}

Napi::Value Forget(const Napi::CallbackInfo &info) {
  std::lock_guard lock(one_at_a_time);
  open_files.clear();
  return info.Env().Undefined();
}
