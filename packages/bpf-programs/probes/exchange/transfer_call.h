/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* System calls that move a socket's bytes: which socket, which way, and where the buffers are. */
#pragma once
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

enum { S_IFMT = 0170000, S_IFSOCK = 0140000, TS_COMPAT = 2, MSG_ERRQUEUE = 0x2000 };

/* x86-64's numbers of the calls that move a socket's bytes. */
enum transfer_call {
	NR_READ = 0,
	NR_WRITE = 1,
	NR_READV = 19,
	NR_WRITEV = 20,
	NR_SENDFILE = 40,
	NR_SENDTO = 44,
	NR_RECVFROM = 45,
	NR_SENDMSG = 46,
	NR_RECVMSG = 47,
	NR_SPLICE = 275,
	NR_PREADV2 = 327,
	NR_PWRITEV2 = 328,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct inode {
	unsigned short i_mode;
};

struct file {
	struct inode *f_inode;
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct task_struct___files {
	struct files_struct *files;
};

struct pt_regs___arguments {
	unsigned long di;
	unsigned long si;
	unsigned long dx;
	unsigned long r10;
	unsigned long orig_ax;
};
#pragma clang attribute pop

#define common_value(sk, member) BPF_CORE_READ(sk, __sk_common.member)

enum buffers { NO_BUFFER, ONE_BUFFER, PARTS, MESSAGE };

/* A call that moves bytes, from its entry on. */
struct transfer {
	__u64 at_ns;
	__u64 sk;
	__u64 buffer; /* or the array of parts, or the message header */
	__u64 parts;
	__u32 sequence;
	__u8 buffers;
	__u8 sending;
	__u8 pad[2];
};

/* The TCP socket that is this file of the current task; 0 if it is none. */
static __always_inline struct sock *tcp_socket(__u32 fd)
{
	struct task_struct___files *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **slot = BPF_CORE_READ(table, fd), *file = 0;
	if (fd >= BPF_CORE_READ(table, max_fds) || bpf_probe_read_kernel(&file, sizeof(file), slot + fd) || !file)
		return 0;
	if ((BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sk = BPF_CORE_READ(socket, sk);
	if (!sk || BPF_CORE_READ(sk, sk_protocol) != IPPROTO_TCP)
		return 0;
	unsigned short family = common_value(sk, skc_family);
	return family == AF_INET || family == AF_INET6 ? sk : 0;
}

static __always_inline bool moves_bytes(long nr)
{
	switch (nr) {
	case NR_READ:
	case NR_WRITE:
	case NR_READV:
	case NR_WRITEV:
	case NR_SENDFILE:
	case NR_SENDTO:
	case NR_RECVFROM:
	case NR_SENDMSG:
	case NR_RECVMSG:
	case NR_SPLICE:
	case NR_PREADV2:
	case NR_PWRITEV2:
		return true;
	default:
		return false;
	}
}

static __always_inline bool is_32_bit(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
}

/* What a call is about to do to a TCP socket: fills all but its time and sequence; false if nothing. */
static __always_inline bool describe(struct transfer *transfer, struct pt_regs___arguments *registers, long nr)
{
	__u32 fd = registers->di;
	__u64 flags = 0;
	transfer->buffer = registers->si;
	switch (nr) {
	case NR_WRITE:
	case NR_SENDTO:
		transfer->sending = 1;
		transfer->buffers = ONE_BUFFER;
		break;
	case NR_RECVFROM:
		flags = registers->r10;
		transfer->buffers = ONE_BUFFER;
		break;
	case NR_READ:
		transfer->buffers = ONE_BUFFER;
		break;
	case NR_WRITEV:
	case NR_PWRITEV2:
		transfer->sending = 1;
		transfer->buffers = PARTS;
		transfer->parts = registers->dx;
		break;
	case NR_READV:
	case NR_PREADV2:
		transfer->buffers = PARTS;
		transfer->parts = registers->dx;
		break;
	case NR_SENDMSG:
		transfer->sending = 1;
		transfer->buffers = MESSAGE;
		break;
	case NR_RECVMSG:
		flags = registers->dx;
		transfer->buffers = MESSAGE;
		break;
	case NR_SENDFILE:
		transfer->sending = 1;
		break;
	}
	if (flags & (MSG_PEEK | MSG_ERRQUEUE))
		return false;
	transfer->sk = (__u64)tcp_socket(fd);
	if (!transfer->sk && nr == NR_SPLICE) { /* from a pipe */
		transfer->sending = 1;
		transfer->sk = (__u64)tcp_socket(registers->dx);
	}
	return transfer->sk;
}
