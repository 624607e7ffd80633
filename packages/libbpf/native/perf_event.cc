#include "object.h"
#include <cerrno>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

/** A CPU's clock as an event: a timer of the kernel's, so it needs no hardware counter and works in any guest. */
static int OpenCpuClock(int cpu, __u64 hz) {
  perf_event_attr clock = {};
  clock.type = PERF_TYPE_SOFTWARE;
  clock.config = PERF_COUNT_SW_CPU_CLOCK;
  clock.size = sizeof clock;
  clock.freq = 1;
  clock.sample_freq = hz;
  clock.disabled = 1;   // libbpf enables it once the program stands on it
  return static_cast<int>(syscall(SYS_perf_event_open, &clock, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC));
}

/** Either all CPUs that are online, or an error and none. CPUs that come later aren't sampled. */
void BpfObject::AttachPerfEvent(const Napi::CallbackInfo &info) {
  bpf_program *program = Program(info);
  std::string name = bpf_program__name(program);
  if (links_.contains(name)) throw Failure(info.Env(), "attach " + name, EEXIST);
  __u64 hz = info[1].As<Napi::Number>().Uint32Value();
  int cpus = libbpf_num_possible_cpus(), error = cpus < 0 ? -cpus : 0;
  std::vector<bpf_link *> links;
  for (int cpu = 0; cpu < cpus && !error; cpu++) {
    int event = OpenCpuClock(cpu, hz);
    if (event < 0 && errno == ENODEV) continue;   // it could be there, and isn't
    bpf_link *link = event < 0 ? nullptr : bpf_program__attach_perf_event(program, event);   // owns the event
    if (link) { links.push_back(link); continue; }
    error = errno;
    if (event >= 0) close(event);
  }
  if (!error && links.empty()) error = ENODEV;
  if (!error) { links_[name] = std::move(links); return; }
  for (bpf_link *link : links) bpf_link__destroy(link);
  throw Failure(info.Env(), "attach " + name, error);
}
