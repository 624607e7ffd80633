/* Sends exactly so many HTTP/1.1 requests and measures each by its own clock. */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_KINDS = 64, MAX_SLOTS = 65536, MAX_DEPTH = 256, MAX_PATH = 512, MAX_STATUS = 600 };

/* One kind of request of the mix. `%d` in the path becomes the request's number. */
struct kind {
	char method[16], path[MAX_PATH];
	size_t body_bytes;
	unsigned weight;
};

struct plan {
	struct sockaddr_storage address;
	socklen_t address_length;
	char host[80];
	uint64_t requests;
	unsigned threads, depth, head_writes, pause_us, kinds, slots;
	bool keep_alive, no_delay, one_byte, check_bodies;
	struct kind kind[MAX_KINDS];
	uint8_t slot[MAX_SLOTS];	/* request number % slots → kind */
	const char *latencies_file;
};

/* What is being waited for on a connection, in order. */
struct pending {
	unsigned kind;
	uint64_t number, started_ns;
};

enum body_form { BODY_NONE, BODY_LENGTH, BODY_CHUNKED, BODY_UNTIL_CLOSE };

/* Reads one response, in pieces of any size. */
struct response {
	enum { HEAD, BODY, CHUNK_SIZE, CHUNK_END, TRAILER, DONE, BROKEN } state;
	enum body_form form;
	int status;
	bool closes;
	uint64_t left, body_bytes;
	size_t line_length;
	char line[8192];
	bool first_line;
	uint64_t answered_number;	/* the body read as a decimal number, for /echo-length */
};

void response_begin(struct response *r);
/* Takes bytes up to the response's end; returns how many were taken. `head_only`: answers a HEAD. */
size_t response_take(struct response *r, const char *bytes, size_t length, bool head_only);
/* The connection ended; true if that is a proper end of the response. */
bool response_end(struct response *r);

/* One answered or failed request. */
struct outcome {
	uint64_t latency_ns, number;
	uint16_t status;	/* 0: it failed */
	uint8_t kind;
};

struct worker {
	const struct plan *plan;
	uint64_t first, count;
	struct outcome *outcomes;	/* `count` of them */
	uint64_t done, failed, connections, wrong_bodies;
	char error[160];		/* the first failure */
};

void *worker_run(void *worker);
uint64_t now_ns(void);
