/* SPDX-License-Identifier: MIT
 *
 * sampler.c - a program's own samplers: each is one callback that sets the gauges of all its series.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>
#include "base/error.h"
#include "record/callback.h"

enum { SERIES_MAX = 256 };

struct own {
	void (*read)(void *context, double *values);
	void *context;
	bool inside,
		removed; /* of the thread that calls callbacks, and of who removes it once it is not called any more */
	size_t count;
	double *values;
	struct tacho_metric *metric[];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct own *owns[TC_CALLBACKS]; /* by the number of the callback, from 1 */

void tc_samplers_in_child(void)
{
	static const pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;
	lock = unlocked;
	memset(owns, 0, sizeof owns);
}

static void drop(struct own *own)
{
	if (own)
		free(own->values);
	free(own);
}

static void read_all(void *context)
{
	struct own *own = context;
	for (size_t i = 0; i < own->count; i++)
		own->values[i] = (double)NAN;
	own->inside = true;
	own->read(own->context, own->values);
	own->inside = false;
	for (size_t i = 0; i < own->count; i++)
		tacho_gauge_set(own->metric[i], own->values[i]);
	if (own->removed)
		drop(own);
}

static int check(const struct tacho_sampler *sampler)
{
	if (!sampler || sampler->struct_size != sizeof *sampler)
		return tc_error(TACHO_EINVAL,
			"struct_size of the sampler is not that of this tacho: initialise it with "
			"TACHO_SAMPLER_INIT");
	if (!sampler->read)
		return tc_error(TACHO_EINVAL, "a sampler needs a function that reads");
	if (!sampler->series || !sampler->series_count || sampler->series_count > SERIES_MAX)
		return tc_error(TACHO_EINVAL, "a sampler has from 1 to %d series, not %zu", SERIES_MAX,
			sampler->series ? sampler->series_count : 0);
	for (size_t i = 0; i < sampler->series_count; i++)
		if (!sampler->series[i].name || !*sampler->series[i].name)
			return tc_error(TACHO_EINVAL, "series %zu of the sampler has no name", i);
	return 0;
}

static struct own *make(const struct tacho_sampler *sampler)
{
	size_t count = sampler->series_count;
	struct own *own = calloc(1, sizeof *own + count * sizeof *own->metric);
	double *values = own ? calloc(count, sizeof *values) : NULL;
	if (!values) {
		free(own);
		return NULL;
	}
	own->read = sampler->read;
	own->context = sampler->context;
	own->values = values;
	own->count = count;
	for (size_t i = 0; i < count; i++)
		own->metric[i] = tacho_metric_from(sampler->name, TACHO_METRIC_GAUGE, sampler->series[i].name,
			sampler->series[i].unit, sampler->series[i].help);
	return own;
}

int tacho_sampler_add_called(const struct tacho_sampler *sampler)
{
	int number = check(sampler);
	if (number)
		return number;
	struct own *own = make(sampler);
	if (!own)
		return tc_error(TACHO_ENOMEM, "out of memory");
	pthread_mutex_lock(&lock);
	number = tacho_callback_add(sampler->name, read_all, own);
	if (number > 0)
		owns[number - 1] = own;
	pthread_mutex_unlock(&lock);
	if (number < 0)
		drop(own);
	return number;
}

/* The lock is not held while we wait: a sampler that is under way may add or remove others. */
void tacho_sampler_remove_called(int number)
{
	if (number < 1 || number > TC_CALLBACKS)
		return;
	pthread_mutex_lock(&lock);
	struct own *own = owns[number - 1];
	owns[number - 1] = NULL;
	pthread_mutex_unlock(&lock);
	if (!own)
		return;
	tacho_callback_remove(number);
	if (own->inside)
		own->removed = true; /* by itself: it goes when it returns */
	else
		drop(own);
}
