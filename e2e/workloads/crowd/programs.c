/* crowd-execs RATE COUNT PROGRAM: starts a program so often a second by the clock, so many times, and prints how often it did. */
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	long rate = argc == 4 ? atol(argv[1]) : 0, count = argc == 4 ? atol(argv[2]) : 0, started = 0;
	struct timespec next;
	pid_t pid;

	if (!rate || !count) {
		fprintf(stderr, "crowd-execs RATE COUNT PROGRAM\n");
		return 2;
	}
	signal(SIGCHLD, SIG_IGN);	/* none of them waits to be buried */
	for (clock_gettime(CLOCK_MONOTONIC, &next); started < count; started++) {
		if (posix_spawn(&pid, argv[3], NULL, NULL, (char *[]){ argv[3], NULL }, (char *[]){ NULL })) {
			perror("posix_spawn");
			return 1;
		}
		next.tv_nsec += 1000000000 / rate;
		if (next.tv_nsec >= 1000000000)
			next.tv_nsec -= 1000000000, next.tv_sec++;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	printf("%ld\n", started);
	return 0;
}
