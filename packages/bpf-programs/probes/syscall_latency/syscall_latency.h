/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `syscall_latency` counts by. It sends no records: user space reads its maps. */
#pragma once
#include "distribution.h"

/* Bit of a number: the call came by the 32-bit table, whose numbers mean other calls. */
enum { COMPAT_CALL = 0x10000 };

struct syscall_key {
	__u32 tgid;
	__u32 nr;
};

struct syscall_error_key {
	struct syscall_key call;
	__u32 error;
};
