#include "client.h"
#include <arpa/inet.h>
#include <getopt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
	"exact-client --port N [--address 127.0.0.1|::1] --requests N [--threads N] --request METHOD:PATH[:BODY_BYTES[:WEIGHT]] …\n"
	"  [--close] [--depth N] [--head-writes N] [--one-byte] [--pause-us N] [--no-delay] [--check-bodies] [--latencies FILE]\n"
	"Sends exactly so many requests, the kinds of --request in turn by weight (%d in a path is the request's number), and prints\n"
	"JSON: sent, answered, failed, counts by method, path and status, latency percentiles in ns from before the first byte's\n"
	"send to after the last byte's read (CLOCK_MONOTONIC). --latencies: number, kind, status, ns of each, tab-separated.\n";

static void stop(const char *why)
{
	fprintf(stderr, "%s\n%s", why, usage);
	exit(2);
}

static void add_kind(struct plan *plan, char *text)
{
	struct kind *k = &plan->kind[plan->kinds];
	char *method = strsep(&text, ":"), *path = strsep(&text, ":"), *body = strsep(&text, ":");

	if (plan->kinds == MAX_KINDS || !method || !path || path[0] != '/' || strlen(path) >= MAX_PATH)
		stop("bad --request");
	snprintf(k->method, sizeof(k->method), "%s", method);
	snprintf(k->path, sizeof(k->path), "%s", path);
	k->body_bytes = body ? strtoull(body, NULL, 10) : 0;
	k->weight = text ? atoi(text) : 1;
	if (k->weight == 0 || plan->slots + k->weight > MAX_SLOTS)
		stop("bad weight");
	memset(plan->slot + plan->slots, plan->kinds, k->weight);
	plan->slots += k->weight;
	plan->kinds++;
}

static void set_address(struct plan *plan, const char *address, int port)
{
	struct sockaddr_in *v4 = (void *)&plan->address;
	struct sockaddr_in6 *v6 = (void *)&plan->address;

	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		plan->address_length = sizeof(*v4);
		snprintf(plan->host, sizeof(plan->host), "%s:%d", address, port);
	} else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		plan->address_length = sizeof(*v6);
		snprintf(plan->host, sizeof(plan->host), "[%s]:%d", address, port);
	} else {
		stop("bad --address");
	}
}

static void read_plan(struct plan *plan, int argc, char **argv)
{
	static const struct option options[] = {
		{ "port", 1, 0, 'p' }, { "address", 1, 0, 'a' }, { "requests", 1, 0, 'n' }, { "threads", 1, 0, 't' }, { "request", 1, 0, 'r' },
		{ "close", 0, 0, 'c' }, { "depth", 1, 0, 'd' }, { "head-writes", 1, 0, 'w' }, { "one-byte", 0, 0, '1' }, { "pause-us", 1, 0, 'u' },
		{ "no-delay", 0, 0, 'N' }, { "check-bodies", 0, 0, 'b' }, { "latencies", 1, 0, 'l' }, { "help", 0, 0, 'h' }, { 0 } };
	const char *address = "127.0.0.1";
	int option, port = 0;

	*plan = (struct plan){ .threads = 1, .depth = 1, .keep_alive = true };
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p': port = atoi(optarg); break;
		case 'a': address = optarg; break;
		case 'n': plan->requests = strtoull(optarg, NULL, 10); break;
		case 't': plan->threads = atoi(optarg); break;
		case 'r': add_kind(plan, optarg); break;
		case 'c': plan->keep_alive = false; break;
		case 'd': plan->depth = atoi(optarg); break;
		case 'w': plan->head_writes = atoi(optarg); break;
		case '1': plan->one_byte = true; break;
		case 'u': plan->pause_us = atoi(optarg); break;
		case 'N': plan->no_delay = true; break;
		case 'b': plan->check_bodies = true; break;
		case 'l': plan->latencies_file = optarg; break;
		default: stop("");
		}
	}
	if (!port || !plan->requests || !plan->kinds || !plan->threads || plan->depth < 1 || plan->depth > MAX_DEPTH)
		stop("--port, --requests and --request are needed");
	set_address(plan, address, port);
}

static int by_latency(const void *a, const void *b)
{
	const uint64_t x = ((const struct outcome *)a)->latency_ns, y = ((const struct outcome *)b)->latency_ns;

	return x < y ? -1 : x > y;
}

/* Nearest rank over the answered; `sorted` holds only them. */
static unsigned long long percentile(const struct outcome *sorted, uint64_t count, double share)
{
	uint64_t rank = (uint64_t)(share * count + 0.999999999);

	return count ? sorted[rank ? rank - 1 : 0].latency_ns : 0;
}

static void print_counts(const struct plan *plan, const struct outcome *outcomes, uint64_t count)
{
	static uint64_t counts[MAX_KINDS][MAX_STATUS];
	const char *comma = "";

	for (uint64_t i = 0; i < count; i++)
		if (outcomes[i].status < MAX_STATUS)
			counts[outcomes[i].kind][outcomes[i].status]++;
	printf("\"counts\":[");
	for (unsigned k = 0; k < plan->kinds; k++)
		for (unsigned s = 1; s < MAX_STATUS; s++)
			if (counts[k][s]) {
				printf("%s{\"method\":\"%s\",\"path\":\"%s\",\"bodyBytes\":%zu,\"status\":%u,\"count\":%llu}", comma, plan->kind[k].method,
				       plan->kind[k].path, plan->kind[k].body_bytes, s, (unsigned long long)counts[k][s]);
				comma = ",";
			}
	printf("]");
}

static void write_latencies(const struct plan *plan, const struct outcome *outcomes)
{
	FILE *file = fopen(plan->latencies_file, "w");

	if (!file)
		stop("cannot write --latencies");
	for (uint64_t i = 0; i < plan->requests; i++)
		fprintf(file, "%llu\t%u\t%u\t%llu\n", (unsigned long long)outcomes[i].number, outcomes[i].kind, outcomes[i].status, (unsigned long long)outcomes[i].latency_ns);
	fclose(file);
}

int main(int argc, char **argv)
{
	static struct plan plan;
	uint64_t failed = 0, connections = 0, wrong = 0, next = 0;
	const char *error = "";

	read_plan(&plan, argc, argv);
	struct outcome *outcomes = calloc(plan.requests, sizeof(*outcomes));
	struct worker *workers = calloc(plan.threads, sizeof(*workers));
	pthread_t *threads = calloc(plan.threads, sizeof(*threads));
	for (unsigned i = 0; i < plan.threads; i++) {
		uint64_t share = plan.requests / plan.threads + (i < plan.requests % plan.threads);
		workers[i] = (struct worker){ .plan = &plan, .first = next, .count = share, .outcomes = outcomes + next };
		next += share;
		pthread_create(&threads[i], NULL, worker_run, &workers[i]);
	}
	for (unsigned i = 0; i < plan.threads; i++) {
		pthread_join(threads[i], NULL);
		failed += workers[i].failed;
		connections += workers[i].connections;
		wrong += workers[i].wrong_bodies;
		error = workers[i].error[0] ? workers[i].error : error;
	}
	if (plan.latencies_file)
		write_latencies(&plan, outcomes);
	printf("{\"sent\":%llu,\"answered\":%llu,\"failed\":%llu,\"wrongBodies\":%llu,\"connections\":%llu,\"error\":\"%s\",", (unsigned long long)plan.requests,
	       (unsigned long long)(plan.requests - failed), (unsigned long long)failed, (unsigned long long)wrong, (unsigned long long)connections, error);
	print_counts(&plan, outcomes, plan.requests);
	/* Failed ones go last, out of the percentiles. */
	for (uint64_t i = 0; i < plan.requests; i++)
		if (!outcomes[i].status)
			outcomes[i].latency_ns = UINT64_MAX;
	qsort(outcomes, plan.requests, sizeof(*outcomes), by_latency);
	uint64_t good = plan.requests - failed;
	printf(",\"latencyNs\":{\"p50\":%llu,\"p90\":%llu,\"p99\":%llu,\"max\":%llu}}\n", percentile(outcomes, good, 0.5), percentile(outcomes, good, 0.9),
	       percentile(outcomes, good, 0.99), percentile(outcomes, good, 1));
	return failed || wrong ? 1 : 0;
}
