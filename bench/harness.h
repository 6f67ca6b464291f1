/* SPDX-License-Identifier: MIT
 *
 * harness.h - measures one row: the same loop once with tacho and once with its yardstick, burst by burst in turn.
 *
 * A repeat is yardstick, ours, yardstick, on all threads at once.  A repeat whose two yardsticks differ by more than 10 %
 * was disturbed and is dropped.  Reported is the median of ours over the mean of the two yardsticks beside it.
 */
#ifndef BENCH_HARNESS_H
#define BENCH_HARNESS_H

#include <stdint.h>

#define BENCH_FENCE() __asm__ __volatile__("" ::: "memory")
#define BENCH_USE(x) __asm__ __volatile__("" : : "r"(x) : "memory")
#define BENCH_NOINLINE __attribute__((noinline))

struct bench_row {
	const char *name;
	void (*ours)(long operations);
	void (*yardstick)(long operations);
	long operations; /* per burst */
	int spans;       /* pairs of begin and end in an operation */
};

/* Records from here on into a session without an observer, which is removed at the end of the program; BENCH_DIR: where it goes
 * (usual: /dev/shm). */
void bench_record(void);

/* Runs the named rows (all when none is named) and prints a JSON line for each:
 * {"row", "threads", "ns", "yardstick_ns", "ratio", "repeats", "dropped"}; ns per span.
 * prepare() runs once on every thread before anything is timed.  Options: -t THREADS -r REPEATS. */
int bench_main(int argc, char **argv, const struct bench_row *rows, int count, void (*prepare)(void));

#endif
