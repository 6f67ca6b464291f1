/* SPDX-License-Identifier: MIT
 *
 * callback_gauges.c - which gauges a callback sets, so that they have no level while it does not return: by what moved in the cells of
 * its thread during its calls.  Whoever finds it late says on its own thread that the level is not known.
 */
#include <math.h>
#include <tacho/tacho.h>
#include "record/callback.h"
#include "record/metric.h"

static uint64_t sets_of(const struct tacho_metric *gauge)
{
	uint32_t unit = tacho_counted == TC_NOTHING_COUNTED ? 0 : tacho_counted->cell[gauge->id];
	const struct tacho_gauge *cell = unit ? tacho_metric_cell(tacho_counted, unit) : NULL;
	return cell ? cell->sets : 0;
}

void tc_callback_gauges_before(struct tc_gauges_seen *seen)
{
	seen->count = 0;
	if (!tc_slow_enter())
		return;
	for (const struct tacho_metric *gauge = NULL; (gauge = tc_metric_next_gauge(gauge));)
		seen->sets[seen->count++] = sets_of(gauge);
	tc_slow_leave();
}

void tc_callback_gauges_after(struct tc_callback *callback, const struct tc_gauges_seen *seen)
{
	size_t i = 0;
	if (!tc_slow_enter())
		return;
	for (const struct tacho_metric *gauge = NULL; (gauge = tc_metric_next_gauge(gauge)); i++)
		if (sets_of(gauge) > (i < seen->count ? seen->sets[i] : 0))
			callback->gauge[gauge->id / 64] |= UINT64_C(1) << gauge->id % 64;
	tc_slow_leave();
}

void tc_callback_gauges_mute(const struct tc_callback *callback)
{
	for (uint32_t id = 1; id < TACHO_METRIC_CELLS; id++)
		if (callback->gauge[id / 64] >> id % 64 & 1)
			tacho_gauge_set(&(struct tacho_metric){.kind = TACHO_METRIC_GAUGE, .id = id}, (double)NAN);
}
