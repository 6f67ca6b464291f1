/* SPDX-License-Identifier: MIT */
#include "analyze/words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"

/* Whether a shell takes the word as it stands. */
static bool is_plain(const char *word)
{
	static const char special[] = " \t\n\"'`$&|;<>()[]{}*?!#~\\";
	return *word && !word[strcspn(word, special)];
}

static void put_quoted(struct tc_strbuf *out, const char *word, bool ascii_only)
{
	tc_strbuf_putc(out, '\'');
	for (size_t part; (part = strcspn(word, "'")), word[part]; word += part + 1) {
		tc_text_escape(out, word, part, ascii_only);
		tc_strbuf_puts(out, "'\\''");
	}
	tc_text_escape(out, word, strlen(word), ascii_only);
	tc_strbuf_putc(out, '\'');
}

void tc_command_text(struct tc_strbuf *out, const struct tc_manifest *manifest, bool ascii_only)
{
	char **word = manifest->arguments;
	for (size_t i = 0; word && word[i]; i++) {
		if (i)
			tc_strbuf_putc(out, ' ');
		if (is_plain(word[i]))
			tc_text_escape(out, word[i], strlen(word[i]), ascii_only);
		else
			put_quoted(out, word[i], ascii_only);
	}
	if (!out->bytes && manifest->name)
		tc_text_escape(out, manifest->name, strlen(manifest->name), ascii_only);
}

void tc_commit_text(struct tc_strbuf *out, const struct tc_manifest *manifest)
{
	if (manifest->git_commit)
		tc_strbuf_printf(out, "git %.12s%s", manifest->git_commit,
			manifest->git_changes == TC_GIT_CHANGED ? ", with changes" : "");
}

void tc_end_text(struct tc_strbuf *out, const struct tc_session *session, bool brief)
{
	const struct tc_manifest *m = &session->manifest;
	if (m->how == TC_HOW_EXITED)
		tc_strbuf_printf(out, "exited %d", m->status);
	else if (m->how == TC_HOW_SIGNALLED)
		tc_strbuf_printf(out, "%ssignal %d (%s)", brief ? "" : "killed by ", m->status, strsignal(m->status));
	else if (m->how == TC_HOW_STOPPED)
		tc_strbuf_puts(out, "ended in order");
	else if (m->how == TC_HOW_ENDED)
		tc_strbuf_puts(out, brief ? "ended" : "ended while observed");
	else if (m->how == TC_HOW_DETACHED)
		tc_strbuf_puts(out, brief ? "runs on" : "runs on unobserved");
	else if (m->how == TC_HOW_ARCHIVED)
		tc_strbuf_puts(out, brief ? "archived" : "archived while it ran");
	else
		tc_strbuf_puts(out, session->live ? "still running" : brief ? "cut off" : "cut off by a kill");
}

struct tc_figure tc_series_number(double value)
{
	bool whole = value >= 0 && value < 0x1p53 && value == floor(value);
	return whole ? tc_count((uint64_t)value) : fabs(value) < 999500 ? tc_number_short(value) : tc_number(value);
}

/* Whether it is a word in the plural, as far as letters tell: "jobs", but not "ms", "celsius" or "less". */
static bool is_plural(const char *unit, size_t length)
{
	return length > 3 && strspn(unit, "abcdefghijklmnopqrstuvwxyz ") == length && unit[length - 1] == 's' &&
	       !strchr("aisu", unit[length - 2]);
}

/* "job" of "jobs", "process" of "processes", "switch" of "switches", "entry" of "entries". */
static struct tc_figure singular(const char *unit, size_t length)
{
	struct tc_figure f;
	const char *end = unit + length - 4;
	bool ies = !strcmp(end + 1, "ies"), es = !strcmp(end, "sses") || !strcmp(end + 1, "xes") ||
	                                         (!strcmp(end, "ches") && length > 4 && !strchr("aeiou", end[-1]));
	snprintf(f.text, sizeof f.text, "%.*s%s", (int)(length - (ies ? 3 : es ? 2 : 1)), unit, ies ? "y" : "");
	return f;
}

static struct tc_figure unit_of(double value, const char *unit)
{
	struct tc_figure f;
	size_t length = strlen(unit);
	if (value == 1 && is_plural(unit, length))
		return singular(unit, length);
	snprintf(f.text, sizeof f.text, "%s", unit);
	return f;
}

struct tc_figure tc_spans_figure(uint64_t count, uint64_t open)
{
	struct tc_figure ended = tc_count(count), both;
	if (!open)
		return ended;
	snprintf(both.text, sizeof both.text, "%.24s+%.6s", ended.text, tc_count(open).text);
	return both;
}

struct tc_figure tc_series_figure(double value, const char *unit)
{
	struct tc_figure f;
	size_t length = strlen(unit);
	bool rate = length > 2 && !strcmp(unit + length - 2, "/s");
	if (!strcmp(unit, "percent"))
		return tc_percent_column(value);
	if (!strcmp(unit, "bytes"))
		return tc_bytes(value);
	if (!strcmp(unit, "ns"))
		return tc_duration(value);
	if (isnan(value))
		return tc_number(value);
	if (!strcmp(unit, "per second") || !strcmp(unit, "per minute"))
		snprintf(f.text, sizeof f.text, "%.15s/%s", tc_number(value).text, unit[4] == 's' ? "s" : "min");
	else if (rate)
		snprintf(f.text, sizeof f.text, "%.24s/s",
			(strncmp(unit, "bytes", 5) ? tc_number(value) : tc_bytes(value)).text);
	else if (!strcmp(unit, "cores") && value < 1000)
		snprintf(f.text, sizeof f.text, "%.2f cores", value);
	else if (!strcmp(unit, "celsius"))
		snprintf(f.text, sizeof f.text, "%.1f °C", value);
	else if (!strcmp(unit, "hertz"))
		snprintf(f.text, sizeof f.text, "%.2f GHz", value / 1e9);
	else { /* of the two the unit is cut */
		int digits = snprintf(f.text, sizeof f.text, "%.22s", tc_series_number(value).text);
		int left = (int)sizeof f.text - digits - 2;
		snprintf(f.text + digits, sizeof f.text - (size_t)digits, *unit ? " %.*s" : "%.*s", left,
			unit_of(value, unit).text);
	}
	return f;
}
