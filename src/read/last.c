/* SPDX-License-Identifier: MIT
 *
 * last.c - the last spans of each name alone.  Sums and histograms cannot tell them apart, so that all figures are counted anew, from
 * the single spans that the rings hold.
 */
#include <stdlib.h>
#include "read/reader.h"

struct place {
	tc_instant end;
	uint32_t name;
	size_t index;
};

/* The newest of a name first. */
static int by_name(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if (x->end != y->end)
		return x->end > y->end ? -1 : 1;
	return x->index > y->index ? -1 : x->index < y->index;
}

/* One way for spans in the rings and those kept besides: by the clock's own end they may differ by a ns. */
static tc_instant end_of(const struct tc_span_view *span)
{
	return tc_instant_after(span->begin, span->duration_ns);
}

/* keep: by span, whether it is one of the last; since: by name, when the first of those ended.  Returns when the last one ended that is
 * left out; INT64_MIN: none is. */
static tc_instant choose(const struct tc_reader *reader, struct place *place, bool *keep, tc_instant *since)
{
	tc_instant left_out = INT64_MIN;
	const struct tc_session *session = reader->session;
	for (size_t i = 0; i < session->spans; i++)
		place[i] = (struct place){end_of(&session->span[i]), session->span[i].name, i};
	qsort(place, session->spans, sizeof *place, by_name);
	for (size_t i = 0, taken = 0; i < session->spans; i++) {
		taken = i && place[i].name == place[i - 1].name ? taken + 1 : 0;
		if (taken >= reader->options.last) {
			left_out = place[i].end > left_out ? place[i].end : left_out;
			continue;
		}
		keep[place[i].index] = true;
		since[place[i].name] = place[i].end;
	}
	return left_out;
}

/* Of spans that began before this, what lies below them may be left out: as if rings had overwritten it. */
static void raise_since(struct tc_reader *reader, tc_instant since)
{
	struct tc_session *session = reader->session;
	for (size_t i = 0; i < session->rings; i++)
		session->ring[i].since = session->ring[i].since > since ? session->ring[i].since : since;
	for (size_t i = 0; i < reader->nodes; i++) {
		struct tc_node_view *node = &reader->node[i]->view;
		node->below_since = node->below_since > since ? node->below_since : since;
	}
}

/* Whether fewer spans of a name are at hand than were asked for, and than there were. */
static bool lacks_some(const struct tc_reader *reader, const bool *keep, uint64_t *count)
{
	bool lacks = false;
	for (size_t i = 0; i < reader->nodes; i++)
		if (reader->node[i]->view.name != TC_ROOT)
			count[reader->node[i]->view.name] += reader->node[i]->view.figures.count;
	for (size_t i = 0; i < reader->names; i++)
		count[i] = count[i] < reader->options.last ? count[i] : reader->options.last;
	for (size_t i = 0; i < reader->session->spans; i++)
		count[reader->session->span[i].name] -= keep[i] && count[reader->session->span[i].name];
	for (size_t i = 0; i < reader->names; i++)
		lacks |= count[i] > 0;
	return lacks;
}

static void count_span(struct tc_reader *reader, const struct tc_span_view *span)
{
	struct tc_merged_node *node = (struct tc_merged_node *)span->node;
	if (!tc_figures_count(&node->view.figures, span->duration_ns, span->self_ns, span->failed))
		tc_reader_no_memory(reader);
	if (reader->session->process[span->process].waits)
		node->waits_self_ns += span->self_ns;
	tc_reader_add_value(reader, &reader->name[span->name], span->duration_ns);
}

static void count_kept(struct tc_reader *reader, const bool *keep)
{
	struct tc_session *session = reader->session;
	size_t kept = 0;
	tc_reader_forget_figures(reader);
	for (size_t i = 0; i < reader->names; i++) {
		reader->name[i].many = false;
		reader->name[i].values = 0;
	}
	for (size_t i = 0; i < session->spans; i++)
		if (keep[i]) {
			session->span[kept] = session->span[i];
			count_span(reader, &session->span[kept++]);
		}
	session->spans = kept;
}

/* What the observer saw is to be of the time that they lie in.  Their order is not known yet. */
static void narrow(struct tc_reader *reader)
{
	struct tc_session *session = reader->session;
	tc_instant first = INT64_MAX;
	for (size_t i = 0; i < session->spans; i++)
		first = session->span[i].begin < first ? session->span[i].begin : first;
	if (!session->spans || first <= reader->observed.from || first <= 0)
		return;
	session->last_since = reader->observed.from = first;
	reader->observed.part = true;
}

static size_t cut(struct tc_span_view *span, size_t count, tc_instant since)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (end_of(&span[i]) >= since)
			span[kept++] = span[i];
	return kept;
}

void tc_reader_last(struct tc_reader *reader)
{
	if (!reader->options.last)
		return;
	struct tc_session *session = reader->session;
	struct place *place = malloc((session->spans + 1) * sizeof *place);
	bool *keep = calloc(session->spans + 1, sizeof *keep);
	tc_instant *since = malloc((reader->names + 1) * sizeof *since);
	uint64_t *count = calloc(reader->names + 1, sizeof *count);
	if (place && keep && since && count) {
		for (size_t i = 0; i < reader->names; i++)
			since[i] = INT64_MAX;
		raise_since(reader, choose(reader, place, keep, since));
		reader->lacks_last = reader->incomplete || lacks_some(reader, keep, count);
		count_kept(reader, keep);
		narrow(reader);
		for (size_t i = 0; i < reader->names; i++) {
			struct tc_name_view *name = &reader->name[i].view;
			name->slowest_count = cut(name->slowest, name->slowest_count, since[i]);
			name->failed_kept_count = cut(name->failed_kept, name->failed_kept_count, since[i]);
		}
	} else {
		tc_reader_no_memory(reader);
	}
	free(place);
	free(keep);
	free(since);
	free(count);
}
