/*
 * Burns CPU time in known shares: of each round 60 parts in `most`, 30 in `some`, 10 in `least`, all of the same work.
 * It calls no library meanwhile: those have no frame pointers, which hides who called them. Arguments: rounds, threads.
 */
#include <pthread.h>
#include <stdlib.h>

#define PART 100000
#define FUNCTION __attribute__((noinline, noclone))

static long rounds_wanted;

/* A chain of multiplications, each waiting for the one before: the same time everywhere. */
FUNCTION void burn(int parts)
{
	unsigned long x = 1;
	asm volatile("" : : "r"(__builtin_frame_address(0))); /* else it has no frame, as it calls nothing */
	for (long i = 0; i < (long)parts * PART; i++) {
		x = x * 6364136223846793005UL + 1;
		asm volatile("" : "+r"(x));
	}
}

/* What stands after the call keeps it from being a jump. */
FUNCTION void most(void) { burn(60); asm volatile(""); }
FUNCTION void some(void) { burn(30); asm volatile(""); }
FUNCTION void least(void) { burn(10); asm volatile(""); }

FUNCTION static void *rounds(void *unused)
{
	for (long i = 0; i < rounds_wanted; i++) {
		most();
		some();
		least();
	}
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t threads[16];
	int count = argc > 2 ? atoi(argv[2]) : 1;
	rounds_wanted = argc > 1 ? atol(argv[1]) : 1;
	for (int i = 1; i < count; i++)
		pthread_create(&threads[i], 0, rounds, 0);
	rounds(0);
	for (int i = 1; i < count; i++)
		pthread_join(threads[i], 0);
	return 0;
}
