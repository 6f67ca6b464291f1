/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <tacho/version.h>
#include "base/quantity.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/doctor.h"
#include "cli/screen.h"

enum { NAME = 18, SERIES = 4, UNIT = 33, RESOLUTION = 47, SERIES_SHOWN = 16 };

static void draw_mark(struct tc_screen *screen, bool fine)
{
	tc_screen_put(screen, fine ? TC_GOOD : TC_WARN, fine ? "✓ " : "! ");
}

static void draw_check(struct tc_screen *screen, const struct tc_doctor_check *check)
{
	draw_mark(screen, check->fine);
	tc_screen_put(screen, TC_BOLD, check->name);
	tc_screen_to(screen, NAME);
	tc_screen_words(screen, TC_PLAIN, check->text, NAME);
	tc_screen_line(screen);
	if (!*check->remedy)
		return;
	tc_screen_to(screen, NAME);
	tc_screen_words(screen, TC_DIM, check->remedy, NAME);
	tc_screen_line(screen);
}

/* The reason that all series share; NULL: there is none. */
static const char *common_absence(const struct tc_doctor_source *source)
{
	const char *first = source->set.count ? tc_doctor_absent(&source->set.one[0]) : "there is nothing of it here";
	for (size_t i = 1; first && i < source->set.count; i++) {
		const char *absent = tc_doctor_absent(&source->set.one[i]);
		if (!absent || strcmp(absent, first) != 0)
			return NULL;
	}
	return first;
}

static void draw_reason(struct tc_screen *screen, size_t column, const char *reason)
{
	tc_screen_to(screen, column);
	tc_screen_put(screen, TC_WARN, "not here: ");
	tc_screen_words(screen, TC_DIM, reason, column);
	tc_screen_line(screen);
}

static void draw_series(struct tc_screen *screen, const struct tc_series *series)
{
	tc_screen_to(screen, SERIES);
	tc_screen_cut(screen, TC_PLAIN, series->name, UNIT - SERIES - 1);
	tc_screen_to(screen, UNIT);
	tc_screen_cut(screen, TC_DIM, series->unit, RESOLUTION - UNIT - 1);
	tc_screen_to(screen, RESOLUTION);
	tc_screen_words(screen, TC_DIM, series->resolution ? series->resolution : "", RESOLUTION);
	tc_screen_line(screen);
}

static void draw_available(struct tc_screen *screen, const struct tc_series_set *set)
{
	size_t shown = 0;
	for (size_t i = 0; i < set->count; i++)
		if (!tc_doctor_absent(&set->one[i]) && shown++ < SERIES_SHOWN)
			draw_series(screen, &set->one[i].series);
	if (shown <= SERIES_SHOWN)
		return;
	tc_screen_to(screen, SERIES);
	tc_screen_printf(screen, TC_DIM, "and %zu more (--format json has all)", shown - SERIES_SHOWN);
	tc_screen_line(screen);
}

static bool has_reason(const struct tc_series_one *one, const char *reason)
{
	const char *absent = tc_doctor_absent(one);
	return absent && !strcmp(absent, reason);
}

/* Those from number i on that are missing for the same reason as it, unless they were drawn with one before it. */
static void draw_missing(struct tc_screen *screen, const struct tc_series_set *set, size_t i)
{
	const char *reason = tc_doctor_absent(&set->one[i]);
	struct tc_strbuf text = {0};
	for (size_t k = 0; k < i; k++)
		if (has_reason(&set->one[k], reason))
			return;
	for (size_t k = i; k < set->count; k++)
		if (has_reason(&set->one[k], reason))
			tc_strbuf_printf(&text, "%s%s", k == i ? "" : ", ", set->one[k].series.name);
	tc_strbuf_printf(&text, ": %s", reason);
	draw_reason(screen, SERIES, tc_strbuf_text(&text));
	tc_strbuf_release(&text);
}

/* Where nothing can be read, all the same where it would be read. */
static bool has_file(const struct tc_series_one *one, bool none)
{
	return none || !tc_doctor_absent(one);
}

static bool is_new_file(const struct tc_series_set *set, size_t i, bool none)
{
	for (size_t k = 0; k < i; k++)
		if (has_file(&set->one[k], none) && !strcmp(set->one[k].series.source, set->one[i].series.source))
			return false;
	return true;
}

/* Of a path that is longer than its column the end says more: the file. */
static void add_file(struct tc_strbuf *text, const char *source, size_t columns)
{
	const char *file = strrchr(source, '/');
	bool cut = file && tc_text_columns(source) > columns;
	tc_strbuf_printf(text, "%s%s%s", text->bytes ? ", " : "", cut ? "..." : "", cut ? file : source);
}

static void draw_files(struct tc_screen *screen, const struct tc_series_set *set, bool none)
{
	struct tc_strbuf text = {0};
	for (size_t i = 0; i < set->count; i++)
		if (has_file(&set->one[i], none) && is_new_file(set, i, none))
			add_file(&text, set->one[i].series.source, screen->columns - RESOLUTION - 1);
	tc_screen_to(screen, RESOLUTION);
	tc_screen_words(screen, TC_DIM, tc_strbuf_text(&text), RESOLUTION);
	tc_strbuf_release(&text);
}

static void draw_source(struct tc_screen *screen, const struct tc_doctor *doctor, const struct tc_doctor_source *source)
{
	const struct tc_series_set *set = &source->set;
	const char *absence = common_absence(source);
	char every[32];
	tc_show_duration(every, sizeof every, doctor->interval_ns[source->sampler->group]);
	draw_mark(screen, !absence);
	tc_screen_put(screen, TC_BOLD, source->sampler->name);
	tc_screen_to(screen, NAME);
	tc_screen_right(screen, TC_PLAIN, tc_duration(source->cost_ns).text, UNIT - NAME - 2);
	tc_screen_to(screen, UNIT);
	tc_screen_put(screen, TC_PLAIN, every);
	draw_files(screen, set, absence != NULL);
	tc_screen_line(screen);
	if (absence) {
		draw_reason(screen, SERIES, absence);
		return;
	}
	draw_available(screen, set);
	for (size_t i = 0; i < set->count; i++)
		if (tc_doctor_absent(&set->one[i]))
			draw_missing(screen, set, i);
}

static void draw_headings(struct tc_screen *screen)
{
	tc_screen_line(screen);
	tc_screen_put(screen, TC_BOLD, "Sources");
	tc_screen_to(screen, NAME);
	tc_screen_right(screen, TC_DIM, "a reading", UNIT - NAME - 2);
	tc_screen_to(screen, UNIT);
	tc_screen_put(screen, TC_DIM, "every, unit");
	tc_screen_to(screen, RESOLUTION);
	tc_screen_put(screen, TC_DIM, "from, resolution");
	tc_screen_line(screen);
}

static void draw_sum(struct tc_screen *screen, const struct tc_doctor *doctor)
{
	double cost_ns[TC_SAMPLE_GROUPS] = {0};
	struct tc_strbuf text = {0};
	size_t working = 0;
	for (size_t i = 0; i < doctor->sources; i++) {
		cost_ns[doctor->source[i].sampler->group] += doctor->source[i].cost_ns;
		working += common_absence(&doctor->source[i]) == NULL;
	}
	tc_strbuf_printf(&text,
		"%zu of %zu sources work here. Reading all that is cheap takes %s of CPU time, all that is dear %s, "
		"with one "
		"process to look at.",
		working, doctor->sources, tc_duration(cost_ns[TC_CHEAP]).text, tc_duration(cost_ns[TC_DEAR]).text);
	tc_screen_line(screen);
	tc_screen_words(screen, TC_PLAIN, tc_strbuf_text(&text), 0);
	tc_screen_line(screen);
	tc_strbuf_release(&text);
}

int tc_render_doctor(const struct tc_doctor *doctor, FILE *out)
{
	struct tc_screen screen;
	const struct tc_manifest *m = &doctor->machine;
	tc_screen_init(&screen, out);
	tc_screen_printf(&screen, TC_BOLD, "tacho " TACHO_VERSION);
	tc_screen_printf(&screen, TC_DIM, " on %s, Linux %s", m->host ? m->host : "?", m->kernel ? m->kernel : "?");
	tc_screen_line(&screen);
	tc_screen_line(&screen);
	for (size_t i = 0; i < doctor->checks; i++)
		draw_check(&screen, &doctor->check[i]);
	draw_headings(&screen);
	for (size_t i = 0; i < doctor->sources; i++)
		draw_source(&screen, doctor, &doctor->source[i]);
	draw_sum(&screen, doctor);
	int code = tc_screen_write(&screen, out);
	tc_screen_release(&screen);
	return code;
}
