/* SPDX-License-Identifier: MIT
 *
 * keep.c - a thread that ends so many spans per second, with the names and the nesting of the photo example; run.py runs it
 * with and without --keep all, and looks at what was stored.
 *
 *	keep RATE SECONDS	paced: prints spans
 *	keep 0 PHOTOS		as fast as it goes: prints ns of CPU time per span
 *
 * A stage does an amount of work that is drawn at random, so that durations are not all alike.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <tacho/tacho.h>
#include <time.h>

enum { SPANS_OF_A_PHOTO = 8 };

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static uint64_t state = 88172645463325252u;

static uint64_t draw(uint64_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % below;
}

static void work(uint64_t usual)
{
	for (volatile uint64_t left = usual / 2 + draw(usual); left; left--)
		;
}

/* In the proportions that the stages have there. */
static void make_photo(void)
{
	TACHO_SCOPE("photo");
	{
		TACHO_SCOPE("exif");
		work(100);
	}
	{
		TACHO_SCOPE("decode");
		work(2500);
	}
	{
		TACHO_SCOPE("scale");
		work(1500);
	}
	{
		TACHO_SCOPE("evaluate");
		work(500);
	}
	{
		TACHO_SCOPE("preset");
		work(50);
	}
	{
		TACHO_SCOPE("apply");
		work(1500);
	}
	{
		TACHO_SCOPE("export");
		work(2000);
	}
}

static void pace(uint64_t rate, uint64_t seconds)
{
	uint64_t photos = rate * seconds / SPANS_OF_A_PHOTO, begin = now_ns(CLOCK_MONOTONIC);
	for (uint64_t i = 0; i < photos; i++) {
		make_photo();
		while (now_ns(CLOCK_MONOTONIC) - begin < i * SPANS_OF_A_PHOTO * 1000000000u / rate)
			;
	}
	printf("{\"spans\": %" PRIu64 ", \"seconds\": %.3f}\n", photos * SPANS_OF_A_PHOTO,
		(double)(now_ns(CLOCK_MONOTONIC) - begin) / 1e9);
}

static void hurry(uint64_t photos)
{
	for (uint64_t i = 0; i < photos / 10; i++)
		make_photo();
	uint64_t begin = now_ns(CLOCK_THREAD_CPUTIME_ID);
	for (uint64_t i = 0; i < photos; i++)
		make_photo();
	printf("{\"spans\": %" PRIu64 ", \"ns_per_span\": %.2f}\n", photos * SPANS_OF_A_PHOTO,
		(double)(now_ns(CLOCK_THREAD_CPUTIME_ID) - begin) / (double)(photos * SPANS_OF_A_PHOTO));
}

int main(int argc, char **argv)
{
	uint64_t rate = argc == 3 ? strtoull(argv[1], NULL, 10) : 0,
		 amount = argc == 3 ? strtoull(argv[2], NULL, 10) : 0;
	if (!amount) {
		fprintf(stderr, "usage: keep RATE SECONDS, or keep 0 PHOTOS\n");
		return 2;
	}
	if (rate)
		pace(rate, amount);
	else
		hurry(amount);
	return 0;
}
