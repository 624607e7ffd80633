/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The record of `cpu_profile`. */
#pragma once
#include "record.h"

enum { MOST_FRAMES = 127, STACK_BYTES = MOST_FRAMES * 8 };

/* What a CPU was doing when its clock ticked. */
struct cpu_sample {
	struct record_header header;
	__u64 started_ns; /* of the process */
	__u32 pid;
	__u32 tid;
	__u32 exec_id; /* counts what the process was before: changes with each exec */
	__u16 kernel_frames;
	__u16 user_frames;
	char comm[16]; /* the thread's */
	__u8 stack[2 * STACK_BYTES]; /* addresses (u64), innermost first: the kernel's frames, then at once the user's */
};
