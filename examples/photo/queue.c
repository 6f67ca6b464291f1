/* SPDX-License-Identifier: MIT */
#include "queue.h"

void queue_init(struct queue *queue)
{
	*queue = (struct queue){.count = 0};
	pthread_mutex_init(&queue->lock, NULL);
	pthread_cond_init(&queue->changed, NULL);
}

void queue_release(struct queue *queue)
{
	pthread_cond_destroy(&queue->changed);
	pthread_mutex_destroy(&queue->lock);
}

void queue_put(struct queue *queue, const struct job *job)
{
	pthread_mutex_lock(&queue->lock);
	while (queue->count == QUEUE_JOBS)
		pthread_cond_wait(&queue->changed, &queue->lock);
	queue->jobs[(queue->first + queue->count++) % QUEUE_JOBS] = *job;
	/* All: the one condition wakes the lister as well as the workers. */
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
}

bool queue_take(struct queue *queue, struct job *job)
{
	bool taken = false;

	pthread_mutex_lock(&queue->lock);
	while (!queue->count && !queue->closed)
		pthread_cond_wait(&queue->changed, &queue->lock);
	if (queue->count) {
		*job = queue->jobs[queue->first];
		queue->first = (queue->first + 1) % QUEUE_JOBS;
		queue->count--;
		pthread_cond_broadcast(&queue->changed);
		taken = true;
	}
	pthread_mutex_unlock(&queue->lock);
	return taken;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	pthread_cond_broadcast(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
}
