/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who a TCP socket is, and which end of its connection. */
#pragma once
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

enum role { SERVER, CLIENT };

/* Addresses are IPv6; IPv4's are mapped (::ffff:a.b.c.d), so that both ends of a connection are written alike. */
struct socket_id {
	__u64 cookie;
	__u32 netns;
	__u16 local_port;
	__u16 remote_port;
	__u8 local_address[16];
	__u8 remote_address[16];
};

struct socket_tuple {
	__u8 local_address[16];
	__u8 remote_address[16];
	__u16 local_port;
	__u16 remote_port;
};

/* Free direct loads through a pointer of another type; since 6.2. */
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym __weak;

#define kernel_cast(pointer, type) ((struct type *)bpf_rdonly_cast((pointer), bpf_core_type_id_kernel(struct type)))

/* For programs whose hooks exist from 6.2 on anyway. */
#define tcp_sk(sk) kernel_cast(sk, tcp_sock)

/* One member of a socket's larger self, on every kernel: a direct load where it can be had, else a probe read. */
#define sock_read(sk, type, member)                                                              \
	({                                                                                       \
		typeof(((struct type *)0)->member) __value = 0;                                  \
		if (&bpf_rdonly_cast)                                                            \
			__value = kernel_cast(sk, type)->member;                                 \
		else                                                                             \
			bpf_core_read(&__value, sizeof(__value), &((struct type *)(sk))->member); \
		__value;                                                                         \
	})
#define tcp_read(sk, member) sock_read(sk, tcp_sock, member)

static __always_inline bool is_tcp(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;
	return sk->sk_protocol == IPPROTO_TCP && (family == AF_INET || family == AF_INET6);
}

static __always_inline void map_ipv4(__u8 *to, __be32 address)
{
	*(__u64 *)to = 0;
	*(__u32 *)(to + 8) = bpf_htonl(0xffff);
	*(__u32 *)(to + 12) = address;
}

static __always_inline void copy_ipv6(__u8 *to, const struct in6_addr *address)
{
	for (int i = 0; i < 4; i++)
		((__u32 *)to)[i] = address->in6_u.u6_addr32[i];
}

/* Fills all of `id`, also of a socket that has just been closed. */
static __always_inline void socket_identify(struct socket_id *id, struct sock *sk)
{
	id->cookie = bpf_get_socket_cookie(sk);
	id->netns = sk->__sk_common.skc_net.net->ns.inum;
	id->local_port = sk->__sk_common.skc_num;
	if (!id->local_port) /* given back already */
		id->local_port = bpf_ntohs(sock_read(sk, inet_sock, inet_sport));
	id->remote_port = bpf_ntohs(sk->__sk_common.skc_dport);
	if (sk->__sk_common.skc_family == AF_INET) {
		map_ipv4(id->local_address, sk->__sk_common.skc_rcv_saddr);
		map_ipv4(id->remote_address, sk->__sk_common.skc_daddr);
	} else {
		copy_ipv6(id->local_address, &sk->__sk_common.skc_v6_rcv_saddr);
		copy_ipv6(id->remote_address, &sk->__sk_common.skc_v6_daddr);
	}
}

static __always_inline void socket_tuple_of(struct socket_tuple *tuple, const struct socket_id *id)
{
	__builtin_memcpy(tuple->local_address, id->local_address, 16);
	__builtin_memcpy(tuple->remote_address, id->remote_address, 16);
	tuple->local_port = id->local_port;
	tuple->remote_port = id->remote_port;
}

/* The tuple of the connection's other end. */
static __always_inline void socket_tuple_of_peer(struct socket_tuple *tuple, const struct socket_id *id)
{
	__builtin_memcpy(tuple->local_address, id->remote_address, 16);
	__builtin_memcpy(tuple->remote_address, id->local_address, 16);
	tuple->local_port = id->remote_port;
	tuple->remote_port = id->local_port;
}

/*
 * Which end of an established connection (ESTABLISHED or CLOSE_WAIT) a socket is.
 *
 * By what TCP has counted: the SYN of the end that connected is in bytes_acked and in no other count, so
 *
 *	bytes_acked + (snd_nxt - snd_una) - (bytes_sent - bytes_retrans)  is 1 for who connected, 0 for who accepted.
 *
 * That is broken when a packet is dropped on its way out of this host (a full qdisc: its bytes are counted as sent
 * once more), and for the moment if another CPU is at work on the socket. Then the port decides: one that connect()
 * chose is in a bind bucket that says so (fastreuse -1), one that bind() chose is not.
 *
 * Measured on 6.18, all sockets looked at every 20 ms from another CPU, 16,200 sights of both ends: keep-alive load,
 * 3 MB each way, and 2 % random loss with 2 ms of delay: counts broken in 0.2 %; 300 kB each way behind a tbf that drops
 * at the sender: broken in 85 %. With the port's word none was wrong. Left to be wrong: a client that chose its port with
 * bind(), with its counts broken.
 */
static __always_inline int role_of(struct sock *sk)
{
	__u64 sent = tcp_read(sk, bytes_sent) - tcp_read(sk, bytes_retrans);
	__u64 passed = tcp_read(sk, bytes_acked) + (__u32)(tcp_read(sk, snd_nxt) - tcp_read(sk, snd_una));
	if (passed == sent)
		return SERVER;
	if (passed == sent + 1)
		return CLIENT;
	struct inet_bind_bucket *bucket = sock_read(sk, inet_connection_sock, icsk_bind_hash);
	signed char fastreuse = 0;
	bpf_core_read(&fastreuse, sizeof(fastreuse), &bucket->fastreuse);
	return fastreuse < 0 ? CLIENT : SERVER;
}
