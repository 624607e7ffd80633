/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a connection suffers, read from what TCP keeps of it anyway (as tcp_get_info() does), and how long that lasts. */
#pragma once
#include "tcp_connection.h"

/* enum tcp_chrono, include/linux/tcp.h */
enum { CHRONO_RWND_LIMITED = 2, CHRONO_SNDBUF_LIMITED = 3 };

struct strain {
	struct tcp_strained record;
	__u64 reported; /* a hash of what of it was sent last; 0: nothing, and nothing was to be said */
	__u64 unread_since_ns;
	__u32 unread_from; /* the sequence number of the first byte unread since then */
	__u32 pad;
};

/* TCP counts these times in jiffies, whose length the kernel doesn't tell: it is measured between two walks. 0: not known yet. */
__u64 jiffy_ns = 0;
__u64 first_jiffies = 0;
__u64 first_ns = 0;

static __always_inline void measure_jiffy(void)
{
	if (jiffy_ns)
		return;
	__u64 jiffies = bpf_jiffies64(), ns = bpf_ktime_get_ns();
	if (!first_ns) {
		first_jiffies = jiffies;
		first_ns = ns;
		return;
	}
	if (jiffies - first_jiffies < 50)
		return;
	/* CONFIG_HZ is one of these four. */
	__u64 hz = (jiffies - first_jiffies) * 1000000000 / (ns - first_ns);
	jiffy_ns = 1000000000 / (hz < 175 ? 100 : hz < 275 ? 250 : hz < 600 ? 300 : 1000);
}

static __always_inline __u64 limited_ns(struct sock *sk, __u32 jiffies, __u8 now, __u8 what)
{
	if (now == what)
		jiffies += (__u32)bpf_jiffies64() - tcp_read(sk, chrono_start);
	if (!jiffies)
		return 0;
	return jiffy_ns ? jiffies * jiffy_ns : ~0ULL;
}

/* What adds up over the connection's life. */
static __always_inline void strain_add_up(struct strain *strain, struct sock *sk)
{
	__u8 chrono = BPF_CORE_READ_BITFIELD_PROBED((struct tcp_sock *)sk, chrono_type);
	strain->record.window_limited_ns = limited_ns(sk, tcp_read(sk, chrono_stat[1]), chrono, CHRONO_RWND_LIMITED);
	strain->record.buffer_limited_ns = limited_ns(sk, tcp_read(sk, chrono_stat[2]), chrono, CHRONO_SNDBUF_LIMITED);
}

/* How long the program hasn't read what is there for it: known from one walk to the next, so a lower bound. */
static __always_inline void strain_unread(struct strain *strain, struct sock *sk)
{
	__u32 from = tcp_read(sk, copied_seq);
	__u32 bytes = tcp_read(sk, rcv_nxt) - from;
	if (bytes && sk->__sk_common.skc_flags >> SOCK_DONE & 1)
		bytes--; /* the FIN, which is counted as one */
	__u64 now = bpf_ktime_get_boot_ns();
	if (!bytes || !strain->record.unread_bytes || from != strain->unread_from)
		strain->unread_since_ns = now;
	strain->unread_from = from;
	strain->record.unread_bytes = bytes;
	strain->record.unread_ns = now - strain->unread_since_ns;
	if (strain->record.unread_ns > strain->record.unread_most_ns)
		strain->record.unread_most_ns = strain->record.unread_ns;
}

/* Of an established connection. */
static __always_inline void strain_measure(struct strain *strain, struct sock *sk)
{
	strain_add_up(strain, sk);
	strain_unread(strain, sk);
	strain->record.unacked_bytes = tcp_read(sk, write_seq) - tcp_read(sk, snd_una);
	strain->record.zero_windows = (tcp_read(sk, rcv_wnd) ? 0 : ZERO_WINDOW_LOCAL) | (tcp_read(sk, snd_wnd) ? 0 : ZERO_WINDOW_REMOTE);
}

/* Of one that ends: nothing waits any more. */
static __always_inline void strain_end(struct strain *strain, struct sock *sk)
{
	strain_add_up(strain, sk);
	strain->record.unread_ns = 0;
	strain->record.unread_bytes = 0;
	strain->record.unacked_bytes = 0;
	strain->record.zero_windows = 0;
}

enum strain_report { STRAIN_AGAIN, STRAIN_LAST };

static __always_inline void strain_report(struct strain *strain, __u64 cookie, enum strain_report which)
{
	enum { FIRST = offsetof(struct tcp_strained, window_limited_ns) / 8, END = sizeof(struct tcp_strained) / 8 };
	__u64 hash = 0;
	for (int i = FIRST; i < END; i++)
		hash = hash * 0x9e3779b97f4a7c15 + ((__u64 *)&strain->record)[i];
	if (hash == strain->reported)
		return;
	strain->record.cookie = cookie;
	__u64 now_ns = bpf_ktime_get_boot_ns();
	if (which == STRAIN_LAST)
		output(tcp_strained, &strain->record, sizeof(strain->record), now_ns);
	else if (!try_output(tcp_strained, &strain->record, sizeof(strain->record), now_ns))
		strain->reported = hash;
}
