/* SPDX-License-Identifier: MIT
 *
 * photo - improves photos, several at a time.  Run it under `tacho run` to see where its time goes; on its own it does
 * the same work and records nothing.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "options.h"
#include "queue.h"

struct shop {
	struct options options;
	struct queue queue;
	atomic_uint made, failed;
	atomic_bool *reported; /* per file: a broken one is reported once, not in each round */
};

static void *work(void *argument)
{
	struct shop *shop = argument;
	struct failure failure;
	struct job job;

	while (queue_take(&shop->queue, &job)) {
		if (!job_run(&job, &shop->options.job, &failure)) {
			shop->made++;
			continue;
		}
		shop->failed++;
		if (!atomic_exchange(&shop->reported[job.photo_id - 1], true))
			fprintf(stderr, "photo: %s: %s\n", job.path, failure.text);
	}
	return NULL;
}

static void list_jobs(struct shop *shop)
{
	struct job job = {.number = 0};

	for (job.round = 1; job.round <= shop->options.rounds; job.round++)
		for (unsigned i = 0; i < shop->options.file_count; i++) {
			job.path = shop->options.files[i];
			job.photo_id = i + 1;
			job.number++;
			queue_put(&shop->queue, &job);
		}
}

/* Returns how many threads could be started. */
static unsigned start_workers(struct shop *shop, pthread_t *threads)
{
	for (unsigned i = 0; i < shop->options.threads; i++) {
		int number = pthread_create(&threads[i], NULL, work, shop);

		if (!number)
			continue;
		fprintf(stderr, "photo: only %u of %u threads could be started: %s\n", i, shop->options.threads,
			strerror(number));
		return i;
	}
	return shop->options.threads;
}

int main(int argc, char **argv)
{
	static struct shop shop;
	pthread_t threads[256];
	unsigned workers;
	int status;

	if (!options_parse(&shop.options, argc, argv, &status))
		return status;
	shop.reported = calloc(shop.options.file_count, sizeof(*shop.reported));
	if (!shop.reported) {
		fputs("photo: not enough memory\n", stderr);
		return 1;
	}
	queue_init(&shop.queue);
	workers = start_workers(&shop, threads);
	if (workers)
		list_jobs(&shop);
	queue_close(&shop.queue);
	for (unsigned i = 0; i < workers; i++)
		pthread_join(threads[i], NULL);
	printf("photo: %u made in %s, %u failed\n", shop.made, shop.options.job.directory, shop.failed);
	queue_release(&shop.queue);
	free(shop.reported);
	return shop.made ? 0 : 1;
}
