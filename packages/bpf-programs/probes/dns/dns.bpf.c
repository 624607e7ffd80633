// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * dns: answers that programs get from UDP port 53, be it a server's or a stub resolver's on this host (127.0.0.53).
 *
 * Resolvers that connect their socket (glibc, c-ares, Go, systemd-resolved) are known by its peer. Of those that don't
 * (musl, dnsmasq) the kernel says where an answer came from only after the hook, so a socket is marked when it asks.
 * Whatever isn't UDP costs two loads.
 */
#include "dns.h"
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

enum { DNS_PORT = 53, DNS_HEADER_BYTES = 12, DNS_RESPONSE = 0x80, DNS_RCODE = 0x0f };

/* Unconnected sockets that have asked port 53. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, __u8);
} askers SEC(".maps");

struct user_buffer {
	__u64 base;
	__u64 length;
};

static __always_inline bool is_udp(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;
	return sk->sk_protocol == IPPROTO_UDP && (family == AF_INET || family == AF_INET6);
}

/* The verifier takes no load that may be of either of two kinds of memory, and the compiler likes to make one of two. */
#define READ_NOW(a, b, c) asm volatile("" : "+r"(a), "+r"(b), "+r"(c))

/* Where the current system call sends to, of its sockaddr the port: at 2 in either family. 0 if it doesn't say. */
static __always_inline __be16 destination_port(void)
{
	struct pt_regs *registers = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	__u64 call = registers->orig_ax, address = registers->r8, second = registers->si;
	__be16 port = 0;
	READ_NOW(call, address, second);
	if (call == 46) { /* sendmsg: msg_name */
		if (bpf_probe_read_user(&address, sizeof(address), (void *)second))
			return 0;
	} else if (call != 44) { /* sendto */
		return 0;
	}
	if (address)
		bpf_probe_read_user(&port, sizeof(port), (void *)(address + 2));
	return port;
}

/* Where the current system call put what it received; its base is 0 if that isn't one buffer of a call we know. */
static __always_inline struct user_buffer received_into(void)
{
	struct pt_regs *registers = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	struct user_buffer buffer = { registers->si, registers->dx };
	__u64 call = registers->orig_ax, parts = 0;
	READ_NOW(call, buffer.base, buffer.length);
	if (call == 47) { /* recvmsg: the first of msg_iov, at 16 */
		bpf_probe_read_user(&parts, sizeof(parts), (void *)(buffer.base + 16));
		if (!parts || bpf_probe_read_user(&buffer, sizeof(buffer), (void *)parts))
			buffer.base = 0;
	} else if (call != 0 && call != 45) { /* read, recvfrom */
		buffer.base = 0;
	}
	return buffer;
}

SEC("tp_btf/sock_send_length")
int BPF_PROG(dns_asked, struct sock *sk, int length, int flags)
{
	if (length <= 0 || !is_udp(sk) || sk->__sk_common.skc_dport || destination_port() != bpf_htons(DNS_PORT))
		return 0;
	if (!bpf_sk_storage_get(&askers, sk, 0, BPF_SK_STORAGE_GET_F_CREATE))
		lost(LOST_STORAGE);
	return 0;
}

SEC("tp_btf/sock_recv_length")
int BPF_PROG(dns_received, struct sock *sk, int length, int flags)
{
	if (!is_udp(sk) || length < DNS_HEADER_BYTES || flags & MSG_PEEK)
		return 0;
	__be16 peer = sk->__sk_common.skc_dport;
	if (peer ? peer != bpf_htons(DNS_PORT) : !sk->sk_bpf_storage || !bpf_sk_storage_get(&askers, sk, 0, 0))
		return 0;
	struct user_buffer buffer = received_into();
	if (!buffer.base) {
		lost(LOST_UNREADABLE);
		return 0;
	}
	struct dns_answered *record = reserve(dns_answered);
	if (!record)
		return 0;
	__u64 n = length < buffer.length ? length : buffer.length; /* MSG_TRUNC tells of more than there is room for */
	if (n > MESSAGE_BYTES)
		n = MESSAGE_BYTES;
	if (n < DNS_HEADER_BYTES || bpf_probe_read_user(record->message, n, (void *)buffer.base)) {
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
		lost(LOST_UNREADABLE);
		return 0;
	}
	/* A question, an error, or an answer without records names nobody. */
	if (!(record->message[2] & DNS_RESPONSE) || record->message[3] & DNS_RCODE || !(record->message[6] | record->message[7])) {
		bpf_ringbuf_discard(record, BPF_RB_NO_WAKEUP);
		return 0;
	}
	record->pid = bpf_get_current_pid_tgid() >> 32;
	record->length = length;
	record->copied = n;
	submit(record);
	return 0;
}
