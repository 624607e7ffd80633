/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The record of `exchange`: one turn on a TCP connection, as its socket saw it. */
#pragma once
#include "record.h"
#include "socket.h"

/*
 * How much of each direction is kept. 1,024 holds a request's head up to its traceparent behind most cookies;
 * 256 holds a status line and the headers that say how long the response is.
 */
enum { REQUEST_PREFIX = 1024, RESPONSE_PREFIX = 256, PREFIX_SLACK = 512, ANEW_PREFIX = 64 };

enum exchange_flags {
	EXCHANGE_COUNTED = 1, /* already in the kernel's totals: for the verdict `aggregate` */
	EXCHANGE_CLOSED = 2,  /* the connection's end ended the turn */
	EXCHANGE_ANEW = 4,    /* a continuation that isn't the end: the response began once more (pipelining) */
};

/*
 * A turn, reported when its response begins: most responses are one send and one read, and for those all is said.
 * Times are nanoseconds since boot; 0: not seen.
 */
struct exchange {
	struct record_header header;
	struct socket_id socket;
	__u64 request_arrived_ns;
	__u64 request_read_ns;
	__u64 request_end_ns;
	__u64 response_start_ns;
	__u64 response_end_ns;
	__u64 request_bytes;
	__u64 response_bytes;
	__u32 pid;
	__u32 tid;
	__u32 turn;
	__u32 request_sequence;
	__u32 response_sequence;
	__u32 srtt_us;
	__u32 retransmits;
	__u16 request_prefix_length;
	__u16 response_prefix_length;
	__u8 role;
	__u8 flags;
	__u8 pad[6];
	__u8 prefix[REQUEST_PREFIX + PREFIX_SLACK]; /* the request's, then at once the response's; the record ends with it */
};

/*
 * A response that went on after its turn was reported, once it is over: the next turn began, the connection closed or it
 * was quiet. Or (EXCHANGE_ANEW) a send or read of it that begins with the same 8 bytes as the response did: another
 * message of the same turn, with its first bytes; response_bytes then counts those before it.
 */
struct exchange_continued {
	struct record_header header;
	__u64 cookie;
	__u64 response_bytes;  /* the turn's, in all */
	__u64 response_end_ns;
	__u32 turn;
	__u16 prefix_length;
	__u8 flags;
	__u8 pad;
	__u8 prefix[2 * ANEW_PREFIX]; /* half of it is slack */
};
