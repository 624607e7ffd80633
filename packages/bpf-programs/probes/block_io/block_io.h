/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `block_io` counts by. It sends no records: user space reads its map. */
#pragma once
#include "distribution.h"

struct block_key {
	__u32 tgid;   /* 0: the kernel on nobody's behalf that is known, such as write-back */
	__u16 major;
	__u16 minor;
	__u32 operation; /* enum req_op: 0 read, 1 write, 2 flush, 3 discard … */
};
