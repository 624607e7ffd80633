/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The records of `dns`. */
#pragma once
#include "record.h"

/* The most that servers send by UDP since the DNS flag day of 2020; hardly any answer is half of it. */
enum { MESSAGE_BYTES = 1232 };

/* A program received a DNS message that answers something. */
struct dns_answered {
	struct record_header header;
	__u32 pid;
	__u16 length; /* of the message */
	__u16 copied;
	__u8 message[MESSAGE_BYTES];
};
