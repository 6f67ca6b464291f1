/* SPDX-License-Identifier: MIT */
#include "export/prometheus_text.h"

#include <ctype.h>
#include <math.h>
#include <search.h>
#include <stdlib.h>
#include "export/escape.h"

struct tc_base_unit tc_base_unit(const char *unit)
{
	static const struct {
		const char *unit, *base;
		double factor;
	} known[] = {{"percent", "ratio", 0.01}, {"ns", "seconds", 1e-9}, {"Hz", "hertz", 1}, {"CPUs", "cpus", 1}};
	struct tc_base_unit found = {.factor = 1};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(unit, known[i].unit)) {
			snprintf(found.name, sizeof found.name, "%s", known[i].base);
			found.factor = known[i].factor;
			return found;
		}
	size_t n = 0;
	for (; unit[n] && n < sizeof found.name - 1; n++)
		found.name[n] = isalnum((unsigned char)unit[n]) ? (char)tolower((unsigned char)unit[n]) : '_';
	if (!n || strspn(found.name, "_") == n)
		*found.name = '\0';
	return found;
}

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);
	return m && n > m && name[n - m - 1] == '_' && !strcmp(name + n - m, end);
}

static void cut_end(char *name, const char *end)
{
	if (ends_in(name, end))
		name[strlen(name) - strlen(end) - 1] = '\0';
}

/* [a-zA-Z_][a-zA-Z0-9_]*, the unit at its end, and none of the endings that types have. */
static void make_legal(char *name, enum tc_family_type type, const char *prefix, const char *text, const char *unit)
{
	static const char *const reserved[] = {"total", "count", "sum", "bucket", "created", "info"};
	size_t n = (size_t)snprintf(name, TC_FAMILY_NAME, "%s", prefix);
	const size_t most = TC_FAMILY_NAME - 96;
	if (!n && isdigit((unsigned char)*text))
		name[n++] = '_';
	for (; *text && n < most; text++)
		name[n++] = isalnum((unsigned char)*text) ? *text : '_';
	name[n] = '\0';
	if (!strcmp(unit, "ratio"))
		cut_end(name, "percent");
	if (type == TC_FAMILY_COUNTER)
		cut_end(name, "total");
	if (*unit && !ends_in(name, unit))
		snprintf(name + strlen(name), 72, "_%s", unit);
	for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
		cut_end(name, reserved[i]);
}

static uint32_t hash_of(const char *text, uint32_t hash)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* False: another family has it. */
static bool take_name(struct tc_exposition *e, const char *name)
{
	char *copy = strdup(name), **found = copy ? tsearch(copy, &e->taken, by_name) : NULL;
	if (!found)
		e->no_memory = true;
	bool is_new = !found || *found == copy;
	if (!found || !is_new)
		free(copy);
	return is_new;
}

/* Two texts may come to one name; what is put behind it then stands before the unit, which has to be last. */
static void make_unique(struct tc_exposition *e, const char *text, const char *unit)
{
	char *name = e->family.name, first[TC_FAMILY_NAME];
	snprintf(first, sizeof first, "%s", name);
	cut_end(first, unit);
	for (uint32_t hash = hash_of(text, 2166136261u); !take_name(e, name); hash = hash_of(unit, hash + 1))
		snprintf(name, TC_FAMILY_NAME, "%.160s_%08x%s%.72s", first, hash, *unit ? "_" : "", unit);
}

static void put_text(struct tc_out *out, const char *text, bool quotes_too)
{
	for (size_t n; *text; text += n) {
		n = strcspn(text, quotes_too ? "\\\"\n" : "\\\n");
		tc_escape_text(out, text, n);
		if (!n) {
			tc_out_puts(out, *text == '\n' ? "\\n" : *text == '"' ? "\\\"" : "\\\\");
			n = 1;
		}
	}
}

void tc_family_begin(struct tc_exposition *e, enum tc_family_type type, const char *prefix, const char *text,
	const char *unit, const char *help)
{
	static const char *const types[] = {"counter", "gauge", "histogram", "summary", "info"};
	struct tc_family *family = &e->family;
	make_legal(family->name, type, prefix, text, unit);
	make_unique(e, text, unit);
	family->type = type;
	family->unit = unit;
	/* Of 0.0.4 the name of a family is that of its samples, which knows no info. */
	const char *end = e->is_open                  ? ""
	                  : type == TC_FAMILY_COUNTER ? "_total"
	                  : type == TC_FAMILY_INFO    ? "_info"
	                                              : "";
	tc_out_printf(e->out, "# TYPE %s%s %s\n", family->name, end,
		!e->is_open && type == TC_FAMILY_INFO ? "gauge" : types[type]);
	if (e->is_open && *unit)
		tc_out_printf(e->out, "# UNIT %s %s\n", family->name, unit);
	tc_out_printf(e->out, "# HELP %s%s ", family->name, end);
	put_text(e->out, *help ? help : "As the program calls it.", e->is_open);
	tc_out_putc(e->out, '\n');
}

static void put_label(struct tc_out *out, const char *key, const char *value)
{
	tc_out_puts(out, key);
	tc_out_puts(out, "=\"");
	put_text(out, value, true);
	tc_out_putc(out, '"');
}

void tc_sample_begin(struct tc_exposition *e, const char *suffix, const char *const *labels)
{
	tc_out_puts(e->out, e->family.name);
	tc_out_puts(e->out, suffix);
	for (size_t i = 0; labels && labels[i]; i += 2) {
		tc_out_putc(e->out, i ? ',' : '{');
		put_label(e->out, labels[i], labels[i + 1]);
	}
	if (labels && labels[0])
		tc_out_putc(e->out, '}');
}

void tc_sample_value(struct tc_exposition *e, double value)
{
	tc_out_putc(e->out, ' ');
	if (isfinite(value))
		tc_out_f64(e->out, value);
	else
		tc_out_puts(e->out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
}

void tc_sample_end(struct tc_exposition *e)
{
	tc_out_putc(e->out, '\n');
}

void tc_sample(struct tc_exposition *e, const char *suffix, const char *const *labels, double value)
{
	tc_sample_begin(e, suffix, labels);
	tc_sample_value(e, value);
	tc_sample_end(e);
}

void tc_exposition_end(struct tc_exposition *e)
{
	if (e->is_open)
		tc_out_puts(e->out, "# EOF\n");
	tdestroy(e->taken, free);
	e->taken = NULL;
}
