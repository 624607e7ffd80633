/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The records of `process_lifecycle`. Processes are thread groups; times are nanoseconds since boot. */
#pragma once
#include "record.h"

enum { FILENAME_BYTES = 256, ARGUMENTS_BYTES = 512 };

/* Who a process is, as far as the kernel says it at once. */
struct process {
	__u64 started_ns;
	__u32 pid;
	__u32 parent_pid;
	__u32 uid;
	__u32 netns;
	char comm[16];
};

/* A process began, or (existing) was found running. */
struct process_started {
	struct record_header header;
	struct process process;
	__u32 existing;
	__u32 pad;
};

/* A process became another program. */
struct process_executed {
	struct record_header header;
	struct process process;
	__u16 filename_length;
	__u16 arguments_length;
	__u8 pad[4];
	__u8 text[FILENAME_BYTES + ARGUMENTS_BYTES]; /* the filename, then at once the arguments, each ended by NUL */
};

/* A process ended: its last thread is gone. */
struct process_exited {
	struct record_header header;
	__u64 started_ns;
	__u32 pid;
	__u32 status; /* as wait(2) gives it */
};
