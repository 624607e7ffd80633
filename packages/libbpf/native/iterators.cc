#include "object.h"
#include <cerrno>
#include <unistd.h>
#include <vector>

void BpfObject::AttachIterator(const Napi::CallbackInfo &info) {
  bpf_program *program = Program(info);
  if (links_.contains(bpf_program__name(program))) throw Failure(info.Env(), std::string("attach ") + bpf_program__name(program), EEXIST);
  auto map_name = info[1].As<Napi::String>().Utf8Value();
  bpf_map *map = bpf_object__find_map_by_name(object_, map_name.c_str());
  if (!map) throw Failure(info.Env(), "find map " + map_name, ENOENT);
  bpf_iter_link_info over = {};
  over.map.map_fd = bpf_map__fd(map);
  LIBBPF_OPTS(bpf_iter_attach_opts, options, .link_info = &over, .link_info_len = sizeof over);
  KeepLink(info, program, bpf_program__attach_iter(program, &options));
}

/** Reads to the end. EAGAIN: the kernel walked a million objects that put nothing out, and goes on at the next read. */
Napi::Value BpfObject::RunIterator(const Napi::CallbackInfo &info) {
  bpf_program *program = Program(info);
  std::string name = bpf_program__name(program);
  auto link = links_.find(name);
  if (link == links_.end()) throw Failure(info.Env(), "run " + name, ENOTCONN);
  bool keep = info[1].As<Napi::Boolean>();
  int fd = bpf_iter_create(bpf_link__fd(link->second.front()));
  if (fd < 0) throw Failure(info.Env(), "run " + name, fd);
  std::vector<char> chunk(64 * 1024), output;
  int error = 0;
  for (;;) {
    ssize_t length = read(fd, chunk.data(), chunk.size());
    if (length > 0 && keep) output.insert(output.end(), chunk.data(), chunk.data() + length);
    if (length == 0) break;
    if (length < 0 && errno != EAGAIN && errno != EINTR) { error = errno; break; }
  }
  close(fd);
  if (error) throw Failure(info.Env(), "run " + name, error);
  if (!keep) return info.Env().Undefined();
  return Napi::Buffer<char>::Copy(info.Env(), output.data(), output.size());
}
