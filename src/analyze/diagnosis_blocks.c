/* SPDX-License-Identifier: MIT
 *
 * diagnosis_blocks.c - the same judged again in stretches of time: how many of them say the same tells how much a severity is to be
 * believed.
 */
#include <stdlib.h>
#include "analyze/diagnosis_parts.h"
#include "base/error.h"
#include "stats/blocks.h"

enum { SPANS_LEAST = 5 };

struct stretch {
	double time_ns, all_ns; /* of a name, and of all */
};

static bool is_busy(const struct tc_session *session, const struct tc_window_view *window)
{
	size_t i = 0;
	while (i < window->entries && tc_entry_name(session, &window->entry[i]) >= session->names)
		i++;
	return i < window->entries;
}

static size_t busy_windows(const struct tc_session *session)
{
	size_t busy = 0;
	for (size_t i = 0; i < tc_session_span_windows(session); i++)
		busy += is_busy(session, &session->window[i]);
	return busy;
}

/* A name's own time in a stretch, as far as it counts: the part of it that all of its time has. */
static double counted(const struct tc_diagnosis *d, size_t name, double self_ns)
{
	const struct tc_time_use *use = &d->name[name].use;
	return self_ns > 0 && use->self_ns > 0 ? self_ns * use->time_ns / use->self_ns : 0;
}

static int begin(struct tc_time_blocks *b, const struct tc_diagnosis *d)
{
	size_t busy = busy_windows(d->session), count = busy < TC_DIAGNOSIS_BLOCKS ? busy : TC_DIAGNOSIS_BLOCKS;
	*b = (struct tc_time_blocks){.count = count, .names = d->names, .busy = busy};
	b->time_ns = calloc(b->count * b->names + 1, sizeof *b->time_ns);
	b->all_ns = calloc(b->count + 1, sizeof *b->all_ns);
	return b->time_ns && b->all_ns
	               ? 1
	               : tc_error(TACHO_ENOMEM, "no memory for %zu stretches of %zu names", b->count, b->names);
}

/* Some windows more. */
static void fill(struct tc_time_blocks *b, const struct tc_session *session)
{
	for (size_t end = tc_window_piece(session, b->window); b->window < end; b->window++) {
		const struct tc_window_view *window = &session->window[b->window];
		if (!is_busy(session, window))
			continue;
		double *row = &b->time_ns[b->seen++ * b->count / b->busy * b->names];
		for (size_t k = 0; k < window->entries; k++) {
			uint32_t name = tc_entry_name(session, &window->entry[k]);
			if (name < session->names)
				row[name] += (double)window->entry[k].self_ns;
		}
	}
}

static void count_what_counts(struct tc_time_blocks *b, const struct tc_diagnosis *d)
{
	for (size_t i = 0; i < b->count * b->names; i++) {
		b->time_ns[i] = counted(d, i % b->names, b->time_ns[i]);
		b->all_ns[i / b->names] += b->time_ns[i];
	}
}

/* The stretches that a name is judged in: neighbours made one, until each has SPANS_LEAST of its spans on average. */
static size_t stretches_of(const struct tc_time_blocks *b, uint64_t spans)
{
	uint64_t enough = spans / SPANS_LEAST;
	return enough < 1 ? b->count > 0 : enough < b->count ? (size_t)enough : b->count;
}

static size_t take_stretches(struct stretch *out, const struct tc_time_blocks *b, size_t name, uint64_t spans)
{
	size_t count = stretches_of(b, spans), used = 0;
	for (size_t i = 0; i < count; i++) {
		struct stretch sum = {0};
		for (size_t k = tc_block_begin(i, count, b->count); k < tc_block_begin(i + 1, count, b->count); k++) {
			sum.time_ns += b->time_ns[k * b->names + name];
			sum.all_ns += b->all_ns[k];
		}
		if (sum.all_ns > 0)
			out[used++] = sum;
	}
	return used;
}

/* Why a name is judged in none, or NULL. */
static const char *why_none(const struct tc_diagnosis *d, size_t name, size_t stretches)
{
	const char *guessed = tc_paths_guessed(&d->paths->name[name]);
	if (guessed)
		return guessed;
	if (stretches)
		return NULL;
	return d->session->windows_mixed ? "is not told apart there from spans that were left out"
	                                 : "is in none of which anything is known";
}

static void judge(struct tc_diagnosis *d, const struct tc_time_blocks *b, size_t name)
{
	struct stretch stretch[TC_DIAGNOSIS_BLOCKS];
	struct tc_time_use *use = &d->name[name].use;
	const struct tc_bottleneck_verdict *verdict = &use->verdict;
	use->blocks = take_stretches(stretch, b, name, d->name[name].view->figures.count);
	use->blocks_reason = why_none(d, name, use->blocks);
	if (use->blocks_reason)
		use->blocks = 0;
	for (size_t i = 0; i < use->blocks; i++)
		use->agreeing += tc_bottleneck_severity(stretch[i].time_ns / stretch[i].all_ns, d->pool.names,
					 verdict->documented) >= verdict->severity;
	use->confidence = (double)(use->agreeing + 1) / (double)(use->blocks + 2);
}

int tc_diagnose_blocks(struct tc_diagnosing *making, size_t piece)
{
	struct tc_diagnosis *d = &making->diagnosis;
	struct tc_time_blocks *b = &making->blocks;
	if (!piece)
		return begin(b, d);
	if (b->busy && b->window < d->session->windows) {
		fill(b, d->session);
		return 1;
	}
	count_what_counts(b, d);
	for (size_t i = 0; i < d->names; i++)
		judge(d, b, i);
	return 0;
}

/* What the whole trees at hand tell of it: a piece for each name halved, and one for it removed. */
int tc_diagnose_saving(struct tc_diagnosing *making, size_t piece)
{
	const struct tc_diagnosis *d = &making->diagnosis;
	size_t place = piece / 2;
	if (place >= d->names)
		return 0;
	size_t name = d->by_time[place];
	struct tc_time_use *use = &d->name[name].use;
	bool asked = place < TC_DIAGNOSIS_SAVINGS || use->verdict.severity > TC_SEVERITY_LOW;
	int code = !asked      ? 0
	           : piece % 2 ? tc_paths_save(&use->removed, d->paths, (uint32_t)name, 0)
	                       : tc_paths_save(&use->halved, d->paths, (uint32_t)name, 0.5);
	return code ? code : 1;
}
