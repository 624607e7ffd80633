/*
 * crowd-conns COUNT: opens so many connections to itself over 127.0.0.2 … 127.0.0.9, asks and answers once on each, prints
 * "open" and holds them until its standard input ends; then it closes them all. One process holds as many as it may have files for.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char request[] = "GET /held HTTP/1.1\r\nHost: crowd\r\n\r\n", answer[] = "HTTP/1.1 204 No Content\r\n\r\n";
enum { ADDRESSES = 8, OTHER_FILES = 64 };

static void stop(const char *what)
{
	perror(what);
	exit(1);
}

/* All that was sent on one end, at the other. */
static void pass(int from, int to, const char *text, size_t length)
{
	char bytes[128];
	size_t got = 0;

	if (send(from, text, length, MSG_NOSIGNAL) != (ssize_t)length)
		stop("send");
	while (got < length) {
		ssize_t more = recv(to, bytes, sizeof(bytes), 0);
		if (more <= 0)
			stop("recv");
		got += more;
	}
}

/* Opens `count` connections to itself, says so by a byte to `say`, and holds them until `until` ends. */
static void hold(int count, int say, int until)
{
	struct sockaddr_in place = { .sin_family = AF_INET };
	socklen_t length = sizeof(place);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int *ends = calloc(2 * count, sizeof(*ends));
	char byte = 1;

	if (bind(listener, (void *)&place, sizeof(place)) || listen(listener, 128) || getsockname(listener, (void *)&place, &length))
		stop("listen");
	for (int i = 0; i < count; i++) {
		place.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + i % ADDRESSES);
		if ((ends[2 * i] = socket(AF_INET, SOCK_STREAM, 0)) < 0 || connect(ends[2 * i], (void *)&place, sizeof(place)))
			stop("connect");
		if ((ends[2 * i + 1] = accept(listener, NULL, NULL)) < 0)
			stop("accept");
		pass(ends[2 * i], ends[2 * i + 1], request, strlen(request));
		pass(ends[2 * i + 1], ends[2 * i], answer, strlen(answer));
	}
	if (write(say, &byte, 1) != 1)
		stop("write");
	while (read(until, &byte, 1) > 0)
		;
	for (int i = 0; i < 2 * count; i++)
		close(ends[i]);
}

int main(int argc, char **argv)
{
	int left = argc == 2 ? atoi(argv[1]) : 0, children = 0, said[2], until[2];
	struct rlimit files;
	char byte;

	if (left <= 0 || pipe(said) || pipe(until) || getrlimit(RLIMIT_NOFILE, &files)) {
		fprintf(stderr, "crowd-conns COUNT\n");
		return 2;
	}
	files.rlim_cur = files.rlim_max;	/* more than that only who has CAP_SYS_RESOURCE can have: then there are several of us */
	setrlimit(RLIMIT_NOFILE, &files);
	while (left > 0) {
		int most = (files.rlim_cur - OTHER_FILES) / 2, count = left < most ? left : most;

		if (!fork()) {
			close(said[0]);
			close(until[1]);
			hold(count, said[1], until[0]);
			return 0;
		}
		left -= count;
		children++;
	}
	close(said[1]);
	close(until[0]);
	for (; children > 0 && read(said[0], &byte, 1) == 1; children--)
		;
	if (children == 0) {
		printf("open\n");
		fflush(stdout);
		while (read(0, &byte, 1) > 0)
			;
	}
	close(until[1]);
	while (wait(NULL) > 0)
		;
	return children > 0;
}
