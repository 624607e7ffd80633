// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * process_lifecycle: processes as they begin, become programs and end, and those that already ran.
 *
 * The iterator runs once the tracepoints are attached, so a process may be reported by both: same pid, same started_ns.
 */
#include "process_lifecycle.h"
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Where an exec's record is put together: too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct process_executed);
} scratch SEC(".maps");

struct process_key {
	__u64 started_ns;
	__u32 pid;
	__u32 pad;
};

/* Processes just reported as ended: two last threads that leave at once both see that none is left. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct process_key);
	__type(value, __u8);
} ended SEC(".maps");

static __always_inline void identify(struct process *process, struct task_struct *task)
{
	process->started_ns = task->group_leader->start_boottime;
	process->pid = task->tgid;
	process->parent_pid = task->real_parent->tgid;
	process->uid = task->cred->uid.val;
	process->netns = task->nsproxy ? task->nsproxy->net_ns->ns.inum : 0; /* a zombie has none */
	bpf_core_read(process->comm, sizeof(process->comm), &task->comm);
}

static __always_inline void report_started(struct task_struct *task, __u32 existing)
{
	struct process_started *record = reserve(process_started);
	if (!record)
		return;
	identify(&record->process, task);
	record->existing = existing;
	record->pad = 0;
	submit(record);
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(process_forked, struct task_struct *parent, struct task_struct *child)
{
	/* A thread has another's group; a kernel thread is no process. */
	if (child->pid == child->tgid && !(child->flags & PF_KTHREAD))
		report_started(child, 0);
	return 0;
}

/* Its argument strings stand one after the other in its new memory, written a moment ago. */
static __always_inline __u32 read_arguments(__u8 *to, struct mm_struct *memory)
{
	__u64 length = memory->arg_end - memory->arg_start;
	if (length > ARGUMENTS_BYTES)
		length = ARGUMENTS_BYTES;
	asm volatile("" : "+r"(length)); /* else the compiler forgets the bound that the verifier needs */
	if (length > ARGUMENTS_BYTES || bpf_probe_read_user(to, length, (void *)memory->arg_start))
		return 0;
	return length;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(process_executed, struct task_struct *task, int old_pid, struct linux_binprm *program)
{
	__u32 zero = 0;
	struct process_executed *record = bpf_map_lookup_elem(&scratch, &zero);
	if (!record)
		return 0;
	identify(&record->process, task);
	long filename = bpf_probe_read_kernel_str(record->text, FILENAME_BYTES, program->filename);
	if (filename < 0 || filename > FILENAME_BYTES)
		filename = 0;
	asm volatile("" : "+r"(filename));
	if (filename < 0 || filename > FILENAME_BYTES)
		return 0;
	__u32 arguments = read_arguments(record->text + filename, task->mm);
	record->filename_length = filename;
	record->arguments_length = arguments;
	__u32 size = offsetof(struct process_executed, text) + filename + arguments;
	if (size <= sizeof(*record)) /* always: both lengths are bounded */
		output(process_executed, record, size, bpf_ktime_get_boot_ns());
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(process_exited, struct task_struct *task)
{
	struct signal_struct *group = task->signal;
	if (group->live.counter || task->flags & PF_KTHREAD)
		return 0; /* other threads live on */
	struct process_key key = { .started_ns = task->group_leader->start_boottime, .pid = task->tgid };
	__u8 one = 1;
	if (bpf_map_update_elem(&ended, &key, &one, BPF_NOEXIST))
		return 0;
	struct process_exited *record = reserve(process_exited);
	if (!record)
		return 0;
	record->started_ns = key.started_ns;
	record->pid = key.pid;
	record->status = group->flags & SIGNAL_GROUP_EXIT ? group->group_exit_code : task->group_leader->exit_code;
	submit(record);
	return 0;
}

SEC("iter/task")
int processes_running(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	if (!task)
		return 0; /* the end of the walk */
	if (task->pid == task->tgid && !(task->flags & PF_KTHREAD) && !task->exit_state)
		report_started(task, 1);
	return 0;
}
