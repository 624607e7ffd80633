// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What the tests of this binding load: one of each thing that it can do.
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u32 step = 1;
const volatile __u8 bytes_knob[4] = { 1, 2, 3, 4 };
__u64 total = 0;
__u8 table[100000];

struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 1 << 20); } records SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 4096); __type(key, __u32); __type(value, __u64); } hash SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY); __uint(max_entries, 3); __type(key, __u32); __type(value, __u32); } per_cpu SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_SK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC); __type(key, int); __type(value, __u32); } storage SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 1); __type(key, __u32); __type(value, __u32); } unwanted SEC(".maps");

/* Run by the tests: one record of `size` bytes that begins with the new total. */
struct emission { __u32 size; __u32 count; };

static __u8 record[40000];

static long emit_one(__u32 index, struct emission *wanted)
{
	__u32 size = wanted->size, zero = 0;
	total += step;
	*(volatile __u64 *)record = total;
	if (size < 8 || size > sizeof(record) || bpf_ringbuf_output(&records, record, size, BPF_RB_NO_WAKEUP))
		return 1;
	__u32 *count = bpf_map_lookup_elem(&per_cpu, &zero);
	if (count)
		*count += 1;
	return 0;
}

SEC("syscall")
int emit(struct emission *context)
{
	struct emission wanted = *context;
	return bpf_loop(wanted.count, emit_one, &wanted, 0) == wanted.count ? 0 : 1;
}

SEC("syscall")
int wake(void *context)
{
	__u64 record = 0;
	return bpf_ringbuf_output(&records, &record, sizeof(record), BPF_RB_FORCE_WAKEUP);
}

SEC("raw_tp/sched_process_exec")
int on_exec(void *context)
{
	__sync_fetch_and_add(&total, 1);
	return 0;
}

SEC("raw_tp/no_such_tracepoint")
int unattachable(void *context)
{
	return 7;
}

struct seq_file;
struct task_struct { int pid; int tgid; } __attribute__((preserve_access_index));
struct bpf_iter_meta { struct seq_file *seq; } __attribute__((preserve_access_index));
struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; } __attribute__((preserve_access_index));

/* Puts out the pid of each process. */
SEC("iter/task")
int processes(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	if (!task || task->pid != task->tgid)
		return 0;
	__u32 pid = task->tgid;
	bpf_seq_write(context->meta->seq, &pid, sizeof(pid));
	return 0;
}

__u64 ticks;

SEC("perf_event")
int tick(void *context)
{
	__sync_fetch_and_add(&ticks, 1);
	return 0;
}

/* Never accepted by the verifier: reads where nothing is known to be. */
SEC("?raw_tp/sys_enter")
int broken(__u64 *context)
{
	return *(int *)context[0];
}
