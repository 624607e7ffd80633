/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sonde's own thread groups, which are not watched: filled by user space (collector/src/kernel/control.ts). */
#pragma once
#include "kernel.h"
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, __u32);
	__type(value, __u8);
} own_tgids SEC(".maps");
