/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The user memory of the socket call in progress. x86-64's numbers; a 32-bit program's calls are not recognised. */
#pragma once
#include "kernel.h"
#include <bpf/bpf_helpers.h>

/* Of an array of parts only so many are read: writers put a head into the first few. */
enum { PARTS_MAX = 6 };

struct iovec_bytes {
	__u64 base;
	__u64 length;
};

/*
 * Copies one part to to + have; returns how much. `to` has room for limit + 512 bytes, `limit` is at most 1024 and
 * have < limit (or 2 * limit, if limit is below 512). The verifier knows ranges, not sums: with have below 512 up to 1024 bytes fit, from there on 512.
 */
static __always_inline __u32 copy_part(__u8 *to, __u32 have, __u32 limit, __u64 from, __u64 length)
{
	__u32 n = limit - have;
	if (length < n)
		n = length;
	if (have < 512) {
		if (n > limit)
			n = limit;
	} else if (n > 512) {
		n = 512;
	}
	asm volatile("" : "+r"(n), "+r"(have));
	if (have >= limit || n > limit || (have >= 512 && n > 512))
		return 0;
	return bpf_probe_read_user(to + have, n, (void *)from) ? 0 : n;
}

static __always_inline __u32 copy_parts(__u8 *to, __u32 have, __u32 limit, __u64 iovec, __u64 count, __u32 length)
{
	__u32 copied = 0;
	for (int i = 0; i < PARTS_MAX; i++) {
		struct iovec_bytes part;
		if (i >= count || copied >= length || have + copied >= limit)
			break;
		if (bpf_probe_read_user(&part, sizeof(part), (void *)(iovec + i * sizeof(part))))
			break;
		__u64 wanted = part.length < length - copied ? part.length : length - copied;
		if (!wanted)
			continue;
		__u32 n = copy_part(to, have + copied, limit, part.base, wanted);
		copied += n;
		if (n < wanted)
			break;
	}
	return copied;
}

/*
 * Copies the first of `length` bytes that the current system call moved to to + have, up to `limit` in all; returns how
 * many. 0 if it has no buffer in user memory (sendfile, splice, io_uring).
 */
static __always_inline __u32 copy_user_bytes(__u8 *to, __u32 have, __u32 limit, __u32 length)
{
	struct pt_regs *registers = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u64 buffer = registers->si, head[2];
	switch (registers->orig_ax) {
	case 0:  /* read */
	case 1:  /* write */
	case 44: /* sendto */
	case 45: /* recvfrom */
		return copy_part(to, have, limit, buffer, length);
	case 19: /* readv */
	case 20: /* writev */
		return copy_parts(to, have, limit, buffer, registers->dx, length);
	case 46: /* sendmsg */
	case 47: /* recvmsg */
		/* struct user_msghdr: msg_iov at 16, msg_iovlen at 24 */
		if (bpf_probe_read_user(head, sizeof(head), (void *)(buffer + 16)))
			return 0;
		return copy_parts(to, have, limit, head[0], head[1], length);
	default:
		return 0;
	}
}
