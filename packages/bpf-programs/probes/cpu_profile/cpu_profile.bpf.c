// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* cpu_profile: what each CPU is doing, many times a second: whose thread, and where in the kernel and in its program. */
#include "cpu_profile.h"
#include <bpf/bpf_core_read.h>
#include "own.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct program_key {
	__u64 started_ns;
	__u32 pid;
	__u32 exec_id;
};

/* Programs that were sampled before. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct program_key);
	__type(value, __u8);
} sampled_before SEC(".maps");

/* Where a record is put together: too large for the stack. An event is not interrupted by another of its CPU. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct cpu_sample);
} scratch SEC(".maps");

static __always_inline void identify(struct cpu_sample *sample, __u64 pid_tgid)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	sample->started_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	sample->exec_id = BPF_CORE_READ(task, self_exec_id);
	sample->pid = pid_tgid >> 32;
	sample->tid = pid_tgid;
	bpf_get_current_comm(sample->comm, sizeof(sample->comm));
}

/* The reader is woken for a program's first sample, so that it finds the mappings of one that lives 50 ms. */
static __always_inline void wake_for_a_new_program(struct cpu_sample *sample)
{
	struct program_key key = { .started_ns = sample->started_ns, .pid = sample->pid, .exec_id = sample->exec_id };
	__u8 one = 1;
	if (bpf_map_lookup_elem(&sampled_before, &key))
		return;
	bpf_map_update_elem(&sampled_before, &key, &one, BPF_ANY);
	wake_at = 0;
}

SEC("perf_event")
int cpu_profile_tick(struct bpf_perf_event_data *context)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	__u32 tgid = pid_tgid >> 32;
	__u32 zero = 0;
	if (!tgid || bpf_map_lookup_elem(&own_tgids, &tgid))
		return 0; /* idle, or us */
	struct cpu_sample *sample = bpf_map_lookup_elem(&scratch, &zero);
	if (!sample)
		return 0;
	/* Errors: -EFAULT where there is no such stack, as in user mode for the kernel's. */
	long kernel = bpf_get_stack(context, sample->stack, STACK_BYTES, 0);
	if (kernel < 0 || kernel > STACK_BYTES)
		kernel = 0;
	asm volatile("" : "+r"(kernel)); /* else the compiler forgets the bound that the verifier needs */
	if (kernel < 0 || kernel > STACK_BYTES)
		return 0;
	long user = bpf_get_stack(context, sample->stack + kernel, STACK_BYTES, BPF_F_USER_STACK);
	if (user < 0 || user > STACK_BYTES)
		user = 0;
	identify(sample, pid_tgid);
	sample->kernel_frames = (__u64)kernel / 8;
	sample->user_frames = (__u64)user / 8;
	if (user)
		wake_for_a_new_program(sample);
	__u32 size = offsetof(struct cpu_sample, stack) + kernel + user;
	if (size <= sizeof(*sample)) /* always: both lengths are bounded */
		output(cpu_sample, sample, size, bpf_ktime_get_boot_ns());
	return 0;
}
