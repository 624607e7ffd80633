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
