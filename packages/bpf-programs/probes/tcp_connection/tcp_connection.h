/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The records of `tcp_connection`. Times are nanoseconds since boot, durations nanoseconds. */
#pragma once
#include "record.h"
#include "socket.h"

/* What TCP has counted. */
struct tcp_totals {
	__u64 bytes_sent; /* payload, each byte once */
	__u64 bytes_received;
	__u32 retransmits;
	__u32 srtt_us;
};

enum tcp_failure { FAILED_NOT, FAILED_REFUSED, FAILED_RESET, FAILED_TIMEOUT, FAILED_UNREACHABLE, FAILED_ABORTED };

/* A socket listens, or was found listening. */
struct tcp_listening {
	struct record_header header;
	struct socket_id socket;
	__u32 pid;
	__u32 pad;
};

/* A connection was established, or was found so (existing). */
struct tcp_opened {
	struct record_header header;
	struct socket_id socket;
	struct tcp_totals totals;
	__u64 connect_ns; /* SYN to established; 0 if not known */
	__u32 pid;
	__u8 role;
	__u8 existing;
	__u8 pad[2];
};

/* A connection lives, and something has happened on it since it was last reported. */
struct tcp_sampled {
	struct record_header header;
	struct socket_id socket;
	struct tcp_totals totals;
};

/* A connection ended, or could not be made. */
struct tcp_closed {
	struct record_header header;
	struct socket_id socket;
	struct tcp_totals totals;
	__u64 connect_ns;
	__u32 pid;
	__u8 role;
	__u8 failure; /* enum tcp_failure */
	__u8 pad[2];
};

enum { LIVING_AT_ONCE = 256 };
enum { RESET_SENT = 1, RESET_RECEIVED = 2 };
enum { ZERO_WINDOW_LOCAL = 1, ZERO_WINDOW_REMOTE = 2 };

/*
 * What a connection suffers, beside its totals: sent when any of it is new, before the sample or the end that it belongs
 * to. Most connections never have one.
 */
struct tcp_strained {
	struct record_header header;
	__u64 cookie;
	__u64 window_limited_ns; /* it had more to send than the peer's window let it, in all; ~0: not known yet */
	__u64 buffer_limited_ns; /* it had more to send than its send buffer took */
	__u64 unread_ns;         /* received bytes have lain unread for so long at least; 0: none do */
	__u64 unread_most_ns;    /* the longest that they did */
	__u32 unread_bytes;
	__u32 unacked_bytes; /* written and not acknowledged yet, sent or not */
	__u32 pid;           /* of an accepted connection whose owner was found since it was opened; else 0 */
	__u32 drops;         /* its segments that this host dropped, either way */
	__u8 drop_reason;    /* of the last one: enum drop_reason */
	__u8 resets;         /* RESET_SENT, RESET_RECEIVED */
	__u8 zero_windows;   /* now: ZERO_WINDOW_LOCAL (we take nothing), ZERO_WINDOW_REMOTE (the peer takes nothing) */
	__u8 pad[5];
};

/* The accept queue of a listening socket, when it is new or has changed, and when the socket ends. */
struct tcp_accept_queue {
	struct record_header header;
	__u64 cookie;
	__u32 length;    /* established, and not accepted yet */
	__u32 limit;     /* of that: listen()'s backlog, or net.core.somaxconn */
	__u32 half_open; /* SYN received, handshake not complete */
	__u32 drops;     /* connections and SYNs turned away since it listens, most of them because the queue was full */
	__u8 closed;
	__u8 pad[7];
};

/* Segments of TCP sockets that the kernel dropped, for one reason. */
struct tcp_dropped {
	struct record_header header;
	__u64 count;  /* since it was told last */
	__u32 reason; /* enum drop_reason */
	__u32 pad;
};

/*
 * Cookies of connections that live, found by a walk over all sockets: some of them, `last` the rest. `listed` is how many
 * the walk has found with these: who has fewer has missed some.
 */
struct tcp_living {
	struct record_header header;
	__u64 started_ns; /* of the walk, which knows nothing of what came later */
	__u32 listed;
	__u32 count;
	__u8 last;
	__u8 pad[7];
	__u8 cookies[LIVING_AT_ONCE * 8];
};
