// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* SKELETON: name the files and this after the probe, and say in a line what it sees. */
#include "skeleton.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* SKELETON: one program a hook. Only tracepoints, perf events, uprobes and iterators; nothing that writes. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(skeleton_hook, struct task_struct *task)
{
	if (task->pid != task->tgid)
		return 0;
	struct skeleton_happened *record = reserve(skeleton_happened);
	if (!record)
		return 0; /* reserve has counted it */
	record->started_ns = task->start_boottime;
	record->pid = task->tgid;
	record->status = task->exit_code;
	submit(record);
	return 0;
}
