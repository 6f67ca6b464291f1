/* SPDX-License-Identifier: MIT
 *
 * queue.h - a bounded queue of jobs between one thread that lists photos and those that make them.  All calls are safe
 * from any thread.
 */
#ifndef PHOTO_QUEUE_H
#define PHOTO_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include "job.h"

enum { QUEUE_JOBS = 16 };

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct job jobs[QUEUE_JOBS];
	unsigned first, count;
	bool closed;
};

void queue_init(struct queue *queue);
void queue_release(struct queue *queue);

/* Waits while the queue is full. */
void queue_put(struct queue *queue, const struct job *job);

/* Waits for a job; false when the queue is closed and empty. */
bool queue_take(struct queue *queue, struct job *job);

/* No more jobs will come. */
void queue_close(struct queue *queue);

#endif
