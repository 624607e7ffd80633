/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which connections live. An end that found no room in the ring buffer can't be told later: its socket is gone. User space
 * would hold the connection for open for ever, so the next walks list all that live, and what they don't list is over.
 */
#pragma once
#include "tcp_connection.h"

/* Walks that are still to list. Two: a socket on its way from one process to another is held by none. At the start, for what ended unseen while the probe was off. */
__u32 living_walks_due = 2;
/* The walk going on, which lists if it isn't 0. One at a time: user space runs them. */
__u32 living_walk = 0;
__u32 living_walks = 0;
struct tcp_living living = {};

/* Some end was lost. */
static __always_inline void living_ask(void)
{
	living_walks_due = 2;
}

static __always_inline void living_begin(void)
{
	living_walk = 0;
	if (!living_walks_due)
		return;
	living_walks_due--;
	living_walk = ++living_walks;
	living.started_ns = bpf_ktime_get_boot_ns();
	living.listed = 0;
	living.count = 0;
}

static __always_inline void living_tell(__u8 last)
{
	living.last = last;
	__u32 bytes = living.count * 8;
	if (bytes > sizeof(living.cookies)) /* never */
		return;
	if (try_output(tcp_living, &living, offsetof(struct tcp_living, cookies) + bytes, bpf_ktime_get_boot_ns()))
		living_ask(); /* this walk is in vain */
	living.count = 0;
}

/* A connection lives whose end is yet to be told. `listed_by` is its own: it may be found more than once. */
static __always_inline void living_list(__u64 cookie, __u32 *listed_by)
{
	if (!living_walk || *listed_by == living_walk)
		return;
	*listed_by = living_walk;
	__u32 at = living.count;
	if (at >= LIVING_AT_ONCE) /* never */
		return;
	((__u64 *)living.cookies)[at] = cookie;
	living.count = at + 1;
	living.listed++;
	if (living.count == LIVING_AT_ONCE)
		living_tell(0);
}

static __always_inline void living_end(void)
{
	if (living_walk)
		living_tell(1);
	living_walk = 0;
}
