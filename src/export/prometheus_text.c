/* SPDX-License-Identifier: MIT */
#include "export/prometheus_text.h"

#include <ctype.h>
#include <math.h>
#include "base/error.h"
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

/* Of 0.0.4 the name of a family is that of its samples, which knows no info. */
static const char *type_of(const struct tc_exposition *e, const char **end)
{
	bool open = e->is_open;
	*end = open ? "" : e->type == TC_FAMILY_COUNTER ? "_total" : e->type == TC_FAMILY_INFO ? "_info" : "";
	switch (e->type) {
	case TC_FAMILY_COUNTER:
		return "counter";
	case TC_FAMILY_GAUGE:
		return "gauge";
	case TC_FAMILY_HISTOGRAM:
		return "histogram";
	case TC_FAMILY_SUMMARY:
		return "summary";
	case TC_FAMILY_SIGNED:
		return open ? "gauge" : "summary";
	default:
		return open ? "info" : "gauge";
	}
}

void tc_family_begin(struct tc_exposition *e, const struct tc_family *family, const char *help)
{
	struct tc_base_unit unit = tc_base_unit(family->unit);
	const char *end, *type;
	e->type = family->type;
	e->factor = unit.factor;
	e->help = help && *help ? help : "As the program calls it.";
	if (e->names_only) {
		tc_family_names_add(&e->names, family, unit.name);
		return;
	}
	e->name = e->names.name[e->at++].text;
	type = type_of(e, &end);
	tc_out_printf(e->out, "# TYPE %s%s %s\n", e->name, end, type);
	if (e->is_open && *unit.name)
		tc_out_printf(e->out, "# UNIT %s %s\n", e->name, unit.name);
	tc_out_printf(e->out, "# HELP %s%s ", e->name, end);
	put_text(e->out, e->help, e->is_open);
	if (family->note)
		tc_out_puts(e->out, family->note);
	tc_out_putc(e->out, '\n');
}

void tc_family_part(struct tc_exposition *e, const char *suffix)
{
	if (e->type != TC_FAMILY_SIGNED || !e->is_open || e->names_only)
		return;
	tc_out_printf(e->out, "# TYPE %s%s gauge\n# HELP %s%s ", e->name, suffix, e->name, suffix);
	put_text(e->out, e->help, true);
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
	tc_out_puts(e->out, e->name);
	tc_out_puts(e->out, suffix);
	for (size_t i = 0; labels && labels[i]; i += 2) {
		tc_out_putc(e->out, i ? ',' : '{');
		put_label(e->out, labels[i], labels[i + 1]);
	}
	tc_out_puts(e->out, labels && labels[0] ? "} " : " ");
}

void tc_sample_end(struct tc_exposition *e)
{
	tc_out_putc(e->out, '\n');
}

void tc_sample(struct tc_exposition *e, const char *suffix, const char *const *labels, double value)
{
	if (e->names_only)
		return;
	tc_sample_begin(e, suffix, labels);
	if (isfinite(value))
		tc_out_f64(e->out, value);
	else
		tc_out_puts(e->out, isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
	tc_sample_end(e);
}

void tc_sample_count(struct tc_exposition *e, const char *suffix, const char *const *labels, uint64_t count)
{
	if (e->names_only)
		return;
	tc_sample_begin(e, suffix, labels);
	tc_out_u64(e->out, count);
	tc_sample_end(e);
}

int tc_exposition_write(struct tc_exposition *e, void (*write)(struct tc_exposition *e))
{
	e->names_only = true;
	write(e);
	tc_family_names_find(&e->names);
	e->names_only = false;
	if (!e->names.no_memory)
		write(e);
	if (e->is_open)
		tc_out_puts(e->out, "# EOF\n");
	bool lost = e->names.no_memory || e->no_memory;
	tc_family_names_release(&e->names);
	return lost ? tc_error(TACHO_ENOMEM, "not enough memory for the names of metrics") : 0;
}
