/* One connection with itself on loopback, and one scenario on it: turns SCENARIO [4|6]. Prints the client's port. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int client, server;
static const char request[] = "GET /turn HTTP/1.1\r\nHost: a\r\n\r\n";
static const char response[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";
static char buffer[1 << 20];

static void must(int condition, const char *what)
{
	if (!condition) {
		perror(what);
		exit(1);
	}
}

static void send_all(int fd, const void *bytes, size_t length)
{
	must(send(fd, bytes, length, 0) == (ssize_t)length, "send");
}

static void receive(int fd, size_t length)
{
	for (size_t have = 0; have < length;) {
		ssize_t n = recv(fd, buffer, length - have < sizeof buffer ? length - have : sizeof buffer, 0);
		must(n > 0, "recv");
		have += n;
	}
}

/* Until the other's FIN has come. */
static void until_ended(int fd)
{
	struct pollfd waiting = { .fd = fd, .events = POLLRDHUP };
	must(poll(&waiting, 1, 10000) == 1, "poll");
}

static void answer(void)
{
	send_all(server, response, sizeof response - 1);
	receive(client, sizeof response - 1);
}

static void connect_pair(int family)
{
	int listener = socket(family, SOCK_STREAM, 0), one = 1;
	struct sockaddr_storage address = { .ss_family = family };
	socklen_t size = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	if (family == AF_INET)
		((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		((struct sockaddr_in6 *)&address)->sin6_addr = in6addr_loopback;
	must(!bind(listener, (void *)&address, size) && !listen(listener, 1), "listen");
	getsockname(listener, (void *)&address, &size);
	client = socket(family, SOCK_STREAM, 0);
	must(!connect(client, (void *)&address, size), "connect");
	server = accept(listener, 0, 0);
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	getsockname(client, (void *)&address, &size);
	printf("%d\n", ntohs(((struct sockaddr_in *)&address)->sin_port));
	fflush(stdout);
}

static void plain(void)
{
	send_all(client, request, sizeof request - 1);
	receive(server, sizeof request - 1);
	answer();
}

/* Go reads one byte in the background, then the rest. */
static void one_byte(void)
{
	send_all(client, request, sizeof request - 1);
	receive(server, 1);
	receive(server, sizeof request - 2);
	answer();
}

static void peek(void)
{
	send_all(client, request, sizeof request - 1);
	must(recv(server, buffer, sizeof buffer, MSG_PEEK) == sizeof request - 1, "peek");
	receive(server, sizeof request - 1);
	answer();
}

static void split(void)
{
	for (size_t at = 0; at < sizeof request - 1; at += 10) {
		size_t n = sizeof request - 1 - at < 10 ? sizeof request - 1 - at : 10;
		send_all(client, request + at, n);
		receive(server, n);
	}
	answer();
}

static void iovecs(void)
{
	struct iovec out[4] = { { (void *)request, 1 }, { (void *)request, 0 }, { (void *)(request + 1), 2 }, { (void *)(request + 3), sizeof request - 4 } };
	struct iovec in[2] = { { buffer, 3 }, { buffer + 3, sizeof buffer - 3 } };
	struct iovec back[2] = { { (void *)response, 2 }, { (void *)(response + 2), sizeof response - 3 } };
	struct msghdr message = { .msg_iov = in, .msg_iovlen = 2 };
	must(writev(client, out, 4) == sizeof request - 1, "writev");
	must(recvmsg(server, &message, 0) == sizeof request - 1, "recvmsg");
	must(writev(server, back, 2) == sizeof response - 1, "writev");
	must(readv(client, in, 2) == sizeof response - 1, "readv");
}

/* A head by send, a body of 1 MiB by sendfile. */
static void file(void)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n";
	int body = memfd_create("body", 0);
	must(!ftruncate(body, 1 << 20), "ftruncate");
	send_all(client, request, sizeof request - 1);
	receive(server, sizeof request - 1);
	send_all(server, head, sizeof head - 1);
	receive(client, sizeof head - 1);
	for (off_t at = 0; at < 1 << 20;) {
		ssize_t n = sendfile(server, body, &at, 65536);
		must(n > 0, "sendfile");
		receive(client, n);
	}
}

static char long_response[1 << 20] = "HTTP/1.1 200 OK\r\nContent-Length: 1048531\r\n\r\n";

static void *send_long_response(void *nothing)
{
	send_all(server, long_response, sizeof long_response);
	return nothing;
}

/* The client asks anew, and a byte of that is read, while another thread's send of the answer hasn't returned. */
static void overtaken(void)
{
	pthread_t sender;
	int size = 4096;
	setsockopt(server, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	send_all(client, request, sizeof request - 1);
	receive(server, sizeof request - 1);
	must(!pthread_create(&sender, 0, send_long_response, 0), "thread");
	receive(client, 1000);
	send_all(client, request, sizeof request - 1);
	receive(server, 1);
	receive(client, sizeof long_response - 1000);
	pthread_join(sender, 0);
	receive(server, sizeof request - 2);
	answer();
}

static char long_request_bytes[1 << 20] = "POST /long HTTP/1.1\r\nContent-Length: 1048528\r\n\r\n";

static void *send_long_request(void *nothing)
{
	send_all(client, long_request_bytes, sizeof long_request_bytes);
	return nothing;
}

/* The server has seen enough and answers, and the client reads that, while another thread's send of the request hasn't returned. */
static void answered_within_send(void)
{
	pthread_t sender;
	int size = 4096;
	setsockopt(client, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
	must(!pthread_create(&sender, 0, send_long_request, 0), "thread");
	receive(server, 1000);
	answer();
	receive(server, sizeof long_request_bytes - 1000);
	pthread_join(sender, 0);
}

static void answered_early(void)
{
	plain();
	answered_within_send();
	plain();
}

/* The first request of a connection, likewise. */
static void first_answered_early(void)
{
	answered_within_send();
	plain();
}

static void unanswered(void)
{
	send_all(client, request, sizeof request - 1);
	receive(server, sizeof request - 1);
}

/* A response that pauses longer than a turn may be quiet, then ends; the connection stays. */
static void pause_within(void)
{
	send_all(client, request, sizeof request - 1);
	receive(server, sizeof request - 1);
	for (size_t at = 0; at < sizeof response - 1; at += 20) {
		size_t n = sizeof response - 1 - at < 20 ? sizeof response - 1 - at : 20;
		send_all(server, response + at, n);
		receive(client, n);
		usleep(20000);
	}
	usleep(400000);
}

/* The server speaks first, as SMTP and MySQL do; then a turn. */
static void greeting(void)
{
	send_all(server, "220 hello\r\n", 11);
	receive(client, 11);
	plain();
}

/* Two requests in one segment, two responses. */
static void pipelined(void)
{
	char twice[2 * sizeof request];
	int n = snprintf(twice, sizeof twice, "%s%s", request, request);
	send_all(client, twice, n);
	receive(server, n);
	send_all(server, response, sizeof response - 1);
	receive(client, sizeof response - 1);
	answer();
}

/* And the client says that this was all. */
static void pipelined_half_close(void)
{
	char twice[2 * sizeof request];
	int n = snprintf(twice, sizeof twice, "%s%s", request, request);
	send_all(client, twice, n);
	must(!shutdown(client, SHUT_WR), "shutdown");
	receive(server, n);
	answer();
	answer();
}

/* A request longer than the send buffer, in one send. */
static void long_request(void)
{
	static char body[4 << 20] = "POST /long HTTP/1.1\r\nContent-Length: 4194268\r\n\r\n";
	if (!fork()) {
		receive(server, sizeof body);
		send_all(server, response, sizeof response - 1);
		_exit(0);
	}
	send_all(client, body, sizeof body);
	receive(client, sizeof response - 1);
}

/* Each end says that it is done with its last byte, and the other reads both at once. */
static void half_close(void)
{
	send_all(client, request, sizeof request - 1);
	must(!shutdown(client, SHUT_WR), "shutdown");
	until_ended(server);
	must(recv(server, buffer, sizeof buffer, 0) == sizeof request - 1, "recv");
	send_all(server, response, sizeof response - 1);
	must(!shutdown(server, SHUT_WR), "shutdown");
	until_ended(client);
	must(recv(client, buffer, sizeof buffer, 0) == sizeof response - 1, "recv");
}

static const struct {
	const char *name;
	void (*play)(void);
} scenarios[] = {
	{ "plain", plain }, { "one_byte", one_byte }, { "peek", peek }, { "split", split }, { "iovecs", iovecs }, { "file", file },
	{ "unanswered", unanswered }, { "overtaken", overtaken }, { "answered_early", answered_early }, { "first_answered_early", first_answered_early }, { "pipelined_half_close", pipelined_half_close }, { "pause_within", pause_within }, { "greeting", greeting }, { "pipelined", pipelined }, { "long_request", long_request }, { "half_close", half_close },
};

int main(int count, char **arguments)
{
	connect_pair(count > 2 && arguments[2][0] == '6' ? AF_INET6 : AF_INET);
	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
		if (count > 1 && !strcmp(scenarios[i].name, arguments[1])) {
			getchar(); /* until the test has seen the port */
			scenarios[i].play();
			return 0;
		}
	fprintf(stderr, "no scenario %s\n", arguments[1]);
	return 1;
}
