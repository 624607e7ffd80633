// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * syscall_latency: how long system calls take and how they fail, by process and call.
 *
 * Both hooks run on every call of every task, so they listen only while user space says so. A call is counted when it
 * returns; one that began before the window is counted, but has no duration.
 */
#include "syscall_latency.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { MAX_ERRNO = 4095, TS_COMPAT = 2 };
/* x86-64's numbers of calls that return twice. */
enum { NR_CLONE = 56, NR_FORK = 57, NR_VFORK = 58, NR_CLONE3 = 435 };

struct call {
	__u64 at_ns;
	__u32 nr;
	__u32 window; /* in which it began; 0: none is under way */
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct call);
} calls SEC(".maps");

DISTRIBUTIONS(struct syscall_key);

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct syscall_error_key);
	__type(value, __u64);
} errors SEC(".maps");

static __always_inline __u32 number_of(struct task_struct *task, long nr)
{
	return task->thread_info.status & TS_COMPAT ? (__u32)nr | COMPAT_CALL : (__u32)nr;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(syscall_entered, struct pt_regs *registers, long nr)
{
	__u32 window = listening;
	if (!window)
		return 0;
	struct task_struct *task = bpf_get_current_task_btf();
	struct call *call = bpf_task_storage_get(&calls, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!call)
		return 0; /* it will be counted without a duration */
	call->nr = number_of(task, nr);
	call->window = window;
	call->at_ns = bpf_ktime_get_ns();
	return 0;
}

static __always_inline void count_error(const struct syscall_key *call, __u32 error)
{
	struct syscall_error_key key = { .call = *call, .error = error };
	__u64 *count = bpf_map_lookup_elem(&errors, &key), none = 0;
	if (!count) {
		bpf_map_update_elem(&errors, &key, &none, BPF_NOEXIST); /* or another CPU makes it meanwhile */
		count = bpf_map_lookup_elem(&errors, &key);
	}
	if (count)
		*count += 1;
	else
		lost(LOST_STORAGE);
}

/* A new task "returns" from the call that made it, which its parent has counted. */
static __always_inline bool is_birth(long nr, long result)
{
	return result == 0 && (nr == NR_CLONE || nr == NR_FORK || nr == NR_VFORK || nr == NR_CLONE3);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(syscall_returned, struct pt_regs *registers, long result)
{
	__u32 window = listening;
	if (!window)
		return 0;
	__u64 now = bpf_ktime_get_ns();
	struct task_struct *task = bpf_get_current_task_btf();
	struct call *call = bpf_task_storage_get(&calls, task, 0, 0);
	bool timed = call && call->window == window;
	if (!timed && is_birth(registers->orig_ax, result))
		return 0;
	struct syscall_key key = { .tgid = task->tgid, .nr = timed ? call->nr : number_of(task, registers->orig_ax) };
	struct distribution *distribution = distribution_of(&key, key.tgid);
	if (timed)
		call->window = 0;
	if (!distribution)
		return 0;
	if (timed) {
		distribution_add(distribution, now - call->at_ns);
	} else {
		distribution->count++;
		distribution->untimed++;
	}
	if (result < 0 && result >= -MAX_ERRNO) {
		distribution->errors++;
		count_error(&key, -result);
	}
	return 0;
}
