#include "client.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_ROOM = 4096, READ_SIZE = 1 << 18, PATIENCE_MS = 60000 };

struct connection {
	struct worker *worker;
	int fd;
	struct pending pending[MAX_DEPTH];
	unsigned first, count;			/* of `pending`, a ring */
	char *out;				/* the request being sent */
	size_t out_length, out_at, head_length, step;
	struct pending sending;
	struct response response;
	char *in;
	bool closing;				/* the server said that it closes */
};

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void finish(struct connection *c, const struct pending *p, int status, uint64_t ended_ns)
{
	struct worker *w = c->worker;

	w->outcomes[w->done++] = (struct outcome){ ended_ns - p->started_ns, p->number, status, p->kind };
	if (!status)
		w->failed++;
}

static void fail_all(struct connection *c, const char *why)
{
	uint64_t now = now_ns();

	if (!c->worker->error[0])
		snprintf(c->worker->error, sizeof(c->worker->error), "%s", why);
	for (; c->count; c->count--, c->first = (c->first + 1) % MAX_DEPTH)
		finish(c, &c->pending[c->first], 0, now);
	if (c->out_length && c->out_at == 0)	/* made, and not a byte of it sent */
		finish(c, &c->sending, 0, c->sending.started_ns = now);
	c->out_length = 0;
}

static bool open_connection(struct connection *c)
{
	const struct plan *plan = c->worker->plan;
	int on = 1;

	c->fd = socket(plan->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&plan->address, plan->address_length))
		return false;
	if (plan->no_delay)
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	c->worker->connections++;
	c->closing = false;
	response_begin(&c->response);
	return true;
}

static void make_request(struct connection *c, uint64_t number)
{
	const struct plan *plan = c->worker->plan;
	unsigned which = plan->slot[number % plan->slots];
	const struct kind *k = &plan->kind[which];
	const char *mark = strstr(k->path, "%d");
	char path[MAX_PATH + 24], length[96] = "";

	if (mark)
		snprintf(path, sizeof(path), "%.*s%llu%s", (int)(mark - k->path), k->path, (unsigned long long)number, mark + 2);
	else
		snprintf(path, sizeof(path), "%s", k->path);
	if (!strcmp(k->method, "POST") || !strcmp(k->method, "PUT"))
		snprintf(length, sizeof(length), "Content-Type: application/octet-stream\r\nContent-Length: %zu\r\n", k->body_bytes);
	c->head_length = snprintf(c->out, HEAD_ROOM, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: exact-client/1\r\n%sConnection: %s\r\n\r\n",
				  k->method, path, plan->host, length, plan->keep_alive ? "keep-alive" : "close");
	memset(c->out + c->head_length, 'x', k->body_bytes);
	c->out_length = c->head_length + k->body_bytes;
	c->out_at = 0;
	c->step = plan->one_byte ? 1 : plan->head_writes > 1 ? (c->head_length + plan->head_writes - 1) / plan->head_writes : c->out_length;
	c->sending = (struct pending){ which, number, 0 };
}

/* One write. A split head goes in its pieces; the body after it in one. */
static bool send_some(struct connection *c)
{
	size_t left = c->out_length - c->out_at, piece = left;

	if (c->out_at < c->head_length && c->step < c->out_length)
		piece = c->step < c->head_length - c->out_at ? c->step : c->head_length - c->out_at;
	if (c->out_at && c->out_at < c->head_length && c->worker->plan->pause_us)
		usleep(c->worker->plan->pause_us);
	if (c->out_at == 0)
		c->sending.started_ns = now_ns();
	ssize_t sent = send(c->fd, c->out + c->out_at, piece, MSG_NOSIGNAL);
	if (sent < 0)
		return errno == EAGAIN;
	if (c->out_at == 0 && sent > 0)
		c->pending[(c->first + c->count++) % MAX_DEPTH] = c->sending;
	c->out_at += sent;
	if (c->out_at == c->out_length)
		c->out_length = c->out_at = 0;
	return true;
}

static void answered(struct connection *c)
{
	const struct pending *p = &c->pending[c->first];
	const struct plan *plan = c->worker->plan;
	const struct kind *k = &plan->kind[p->kind];

	if (plan->check_bodies && c->response.status == 200 && strstr(k->path, "/echo-length") && c->response.answered_number != k->body_bytes)
		c->worker->wrong_bodies++;
	finish(c, p, c->response.status, now_ns());
	c->first = (c->first + 1) % MAX_DEPTH;
	c->count--;
	c->closing |= c->response.closes;
	response_begin(&c->response);
}

/* One read; false when the connection is over. */
static bool read_some(struct connection *c)
{
	ssize_t got = recv(c->fd, c->in, READ_SIZE, 0);

	if (got < 0)
		return errno == EAGAIN;
	if (got == 0) {
		if (c->count && response_end(&c->response))
			answered(c);
		return false;
	}
	for (size_t at = 0; at < (size_t)got && c->count;) {
		const struct kind *k = &c->worker->plan->kind[c->pending[c->first].kind];
		at += response_take(&c->response, c->in + at, got - at, !strcmp(k->method, "HEAD"));
		if (c->response.state == BROKEN)
			return false;
		if (c->response.state == DONE)
			answered(c);
	}
	return true;
}

/* Sends and reads on one connection until it is over or all is done; returns the next number. */
static uint64_t use_connection(struct connection *c, uint64_t next, uint64_t end)
{
	const struct plan *plan = c->worker->plan;
	unsigned per_connection = plan->keep_alive ? UINT32_MAX : 1, sent = 0;

	for (;;) {
		if (!c->out_length && !c->closing && next < end && c->count < plan->depth && sent < per_connection) {
			make_request(c, next++);
			sent++;
		}
		bool over = !c->out_length && !c->count && (next == end || sent == per_connection);
		if (over && plan->keep_alive)
			return next;
		/* A connection of one request is read to the server's FIN. */
		if (c->out_length && !send_some(c))
			return fail_all(c, strerror(errno)), next;
		bool more = c->out_length || (!c->closing && next < end && c->count < plan->depth && sent < per_connection);
		struct pollfd ready = { c->fd, POLLIN | (more ? POLLOUT : 0), 0 };
		if (poll(&ready, 1, PATIENCE_MS) == 0)
			return fail_all(c, "no answer within 60 s"), next;
		if ((ready.revents & (POLLIN | POLLHUP | POLLERR)) && !read_some(c)) {
			if (c->count || c->out_length)
				fail_all(c, c->response.state == BROKEN ? "not an HTTP response" : "the connection ended before its response");
			return next;
		}
	}
}

void *worker_run(void *argument)
{
	struct worker *w = argument;
	size_t largest = 0;
	struct connection c = { .worker = w };
	uint64_t next = w->first, end = w->first + w->count;

	for (unsigned i = 0; i < w->plan->kinds; i++)
		largest = w->plan->kind[i].body_bytes > largest ? w->plan->kind[i].body_bytes : largest;
	c.out = malloc(HEAD_ROOM + largest);
	c.in = malloc(READ_SIZE);
	while (next < end) {
		if (!open_connection(&c)) {
			make_request(&c, next++);
			fail_all(&c, strerror(errno));
		} else {
			next = use_connection(&c, next, end);
		}
		if (c.fd >= 0)
			close(c.fd);
	}
	free(c.out);
	free(c.in);
	return NULL;
}
