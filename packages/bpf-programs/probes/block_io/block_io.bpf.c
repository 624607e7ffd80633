// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * block_io: how long block devices take for a request, from when it is given to the driver until it is complete, by
 * device, operation and the process that gave it.
 */
#include "block_io.h"
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

enum { OPERATION_MASK = 0xff };
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct gendisk {
	int major;
	int first_minor;
};

struct request_queue {
	struct gendisk *disk; /* since 5.17 */
};

struct request {
	struct request_queue *q;
	unsigned int cmd_flags;
};

struct request___old {
	struct gendisk *rq_disk;
};

/* Until 5.10. */
struct hd_struct {
	int partno;
};
#pragma clang attribute pop

struct issue {
	__u64 at_ns; /* 0: inserted, not given yet */
	__u32 window;
	struct block_key key;
};

/* By address of the request. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct issue);
} issued SEC(".maps");

DISTRIBUTIONS(struct block_key);

/* Until 5.10, which had hd_struct, the queue came before the request. */
static __always_inline struct request *request_of(__u64 *arguments)
{
	return (struct request *)(bpf_core_type_exists(struct hd_struct) ? arguments[1] : arguments[0]);
}

/* 0 in a kernel thread. */
static __always_inline __u32 current_tgid(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	return task->flags & PF_KTHREAD ? 0 : task->tgid;
}

static __always_inline bool key_of(struct block_key *key, struct request *request)
{
	struct gendisk *disk;
	struct request___old *old = (void *)request;
	if (bpf_core_field_exists(old->rq_disk))
		disk = BPF_CORE_READ(old, rq_disk);
	else
		disk = BPF_CORE_READ(request, q, disk);
	if (!disk)
		return false;
	key->major = BPF_CORE_READ(disk, major);
	key->minor = BPF_CORE_READ(disk, first_minor);
	key->operation = BPF_CORE_READ(request, cmd_flags) & OPERATION_MASK;
	return true;
}

static __always_inline void put(struct request *request, __u64 at_ns)
{
	__u64 address = (__u64)request;
	struct issue issue = { .at_ns = at_ns, .window = listening };
	issue.key.tgid = current_tgid();
	if (!issue.key.tgid && at_ns) {
		/* A worker gives what somebody inserted. */
		struct issue *inserted = bpf_map_lookup_elem(&issued, &address);
		if (inserted && !inserted->at_ns && inserted->window == issue.window)
			issue.key.tgid = inserted->key.tgid;
	}
	if (!key_of(&issue.key, request))
		return;
	if (bpf_map_update_elem(&issued, &address, &issue, BPF_ANY))
		lost(LOST_STORAGE);
}

SEC("tp_btf/block_rq_insert")
int request_inserted(__u64 *arguments)
{
	if (listening)
		put(request_of(arguments), 0);
	return 0;
}

SEC("tp_btf/block_rq_issue")
int request_issued(__u64 *arguments)
{
	if (listening)
		put(request_of(arguments), bpf_ktime_get_ns());
	return 0;
}

SEC("tp_btf/block_rq_complete")
int BPF_PROG(request_completed, struct request *request, int error)
{
	__u64 address = (__u64)request, now = bpf_ktime_get_ns();
	struct issue *issue = bpf_map_lookup_elem(&issued, &address);
	if (!issue)
		return 0;
	if (issue->at_ns && issue->window == listening) {
		struct block_key key = issue->key;
		struct distribution *distribution = distribution_of(&key, key.tgid);
		if (distribution) {
			distribution_add(distribution, now - issue->at_ns);
			if ((__u8)error)
				distribution->errors++;
		}
	}
	bpf_map_delete_elem(&issued, &address);
	return 0;
}
