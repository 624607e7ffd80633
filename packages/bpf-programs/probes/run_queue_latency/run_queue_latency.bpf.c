// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * run_queue_latency: how long threads that could run wait for a CPU, by process. Which CPU it was at last is in the
 * per-CPU halves of the map. Kernel threads are left out.
 */
#include "run_queue_latency.h"
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct wait {
	__u64 since_ns;
	__u32 window; /* in which it began; 0: it doesn't wait */
	__u32 pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct wait);
} waits SEC(".maps");

DISTRIBUTIONS(struct run_queue_key);

/* Before 5.14. */
struct task_struct___old {
	volatile long state;
} __attribute__((preserve_access_index));

static __always_inline bool is_user(struct task_struct *task)
{
	return task->pid && !(task->flags & PF_KTHREAD);
}

static __always_inline bool is_runnable(struct task_struct *task)
{
	if (bpf_core_field_exists(task->__state))
		return task->__state == 0;
	return BPF_CORE_READ((struct task_struct___old *)task, state) == 0;
}

static __always_inline void begin(struct task_struct *task, __u64 now)
{
	struct wait *wait = bpf_task_storage_get(&waits, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!wait)
		return; /* an interrupt came while this CPU was in some task's storage: the wait will be counted without a duration */
	wait->since_ns = now;
	wait->window = listening;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(thread_woken, struct task_struct *task)
{
	if (listening && is_user(task))
		begin(task, bpf_ktime_get_ns());
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(thread_born, struct task_struct *task)
{
	if (listening && is_user(task))
		begin(task, bpf_ktime_get_ns());
	return 0;
}

/* The previous thread's state is a 4th argument from 5.18 on; before, and here, it is read: a thread that is preempted or
 * yields is runnable, one that blocks isn't. */
SEC("tp_btf/sched_switch")
int BPF_PROG(thread_switched, bool preempted, struct task_struct *previous, struct task_struct *next)
{
	__u32 window = listening;
	if (!window)
		return 0;
	__u64 now = bpf_ktime_get_ns();
	if (is_user(previous) && (preempted || is_runnable(previous)))
		begin(previous, now);
	if (!is_user(next))
		return 0;
	struct wait *wait = bpf_task_storage_get(&waits, next, 0, 0);
	if (wait && wait->window != window)
		return 0; /* it began before the window */
	struct run_queue_key key = { .tgid = next->tgid };
	struct distribution *distribution = distribution_of(&key, key.tgid);
	if (wait) {
		wait->window = 0;
		if (distribution)
			distribution_add(distribution, now - wait->since_ns);
	} else if (distribution) {
		distribution->count++;
		distribution->untimed++;
	}
	return 0;
}
