/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `run_queue_latency` counts by. It sends no records: user space reads its map. */
#pragma once
#include "distribution.h"

struct run_queue_key {
	__u32 tgid;
};
