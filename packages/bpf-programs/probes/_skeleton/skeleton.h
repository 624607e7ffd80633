/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* SKELETON: the records of this probe; include/record.h says what may be in one. */
#pragma once
#include "record.h"

/* SKELETON: what happened, in the kernel's words and units. */
struct skeleton_happened {
	struct record_header header;
	__u64 started_ns;
	__u32 pid;
	__u32 status;
};
