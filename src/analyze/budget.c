/* SPDX-License-Identifier: MIT */
#include "analyze/budget.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/error.h"

const char *const tc_budget_operator_text[TC_BUDGET_OPERATORS] = {"<", "<=", ">", ">=", "=="};
static const char signs[] = "<>=!";

struct pieces { /* of an expression: [begin, end) of its text */
	size_t name, name_end, statistic, statistic_end, sign, sign_end, value;
};

static int refuse(size_t *at, size_t where, const char *format, ...) __attribute__((format(printf, 3, 4)));

static int refuse(size_t *at, size_t where, const char *format, ...)
{
	char sentence[900];
	va_list list;
	va_start(list, format);
	vsnprintf(sentence, sizeof sentence, format, list);
	va_end(list);
	*at = where;
	return tc_error(TACHO_EINVAL, "%s", sentence);
}

static size_t skip_back(const char *text, size_t begin, size_t end)
{
	while (end > begin && text[end - 1] == ' ')
		end--;
	return end;
}

/* Where a sign should have stood: behind the statistic, which stands behind the last dot that no digit follows. */
static size_t sign_place(const char *text, size_t begin)
{
	size_t end = strlen(text), dot = end;
	while (dot > begin && !(text[dot - 1] == '.' && !isdigit((unsigned char)text[dot])))
		dot--;
	if (dot == begin)
		return skip_back(text, begin, end);
	while (text[dot] && (isalnum((unsigned char)text[dot]) || text[dot] == '_'))
		dot++;
	return text[dot + strspn(text + dot, " ")] ? dot + strspn(text + dot, " ") : dot;
}

/* The sign that was written instead; only of letters that any terminal may be shown. */
static size_t sign_bytes(const char *text)
{
	enum { LONGEST = 16 };
	size_t bytes = 0;
	while (bytes < LONGEST && text[bytes] > ' ' && text[bytes] < 0x7f && !isalnum((unsigned char)text[bytes]))
		bytes++;
	return bytes;
}

static int refuse_sign(const char *text, size_t begin, size_t *at)
{
	size_t place = sign_place(text, begin), bytes = sign_bytes(text + place);
	if (bytes)
		return refuse(at, place, "\"%.*s\" compares nothing: there are <, <=, >, >= and ==", (int)bytes,
			text + place);
	return refuse(
		at, place, "a budget is NAME.STATISTIC < VALUE, such as insert.p95 < 2s, and here the < is missing");
}

/* Names may hold signs, values do not: the last one counts. */
static int split(struct pieces *out, const char *text, size_t *at)
{
	size_t bytes = strlen(text), dot;
	out->name = strspn(text, " ");
	out->sign_end = bytes;
	while (out->sign_end > out->name && !strchr(signs, text[out->sign_end - 1]))
		out->sign_end--;
	for (out->sign = out->sign_end; out->sign > out->name && strchr(signs, text[out->sign - 1]);)
		out->sign--;
	if (out->sign == out->sign_end)
		return refuse_sign(text, out->name, at);
	out->value = out->sign_end + strspn(text + out->sign_end, " ");
	out->statistic_end = dot = skip_back(text, out->name, out->sign);
	while (dot > out->name && text[dot - 1] != '.')
		dot--;
	out->statistic = dot;
	out->name_end = dot > out->name ? dot - 1 : dot;
	if (dot == out->name)
		return refuse(at, out->statistic_end, "here a statistic is missing, such as .p95 or .failure_rate");
	if (out->name_end == out->name)
		return refuse(at, out->name, "here the name of a span, a metric or a series is missing");
	return 0;
}

static int parse_operator(struct tc_budget *out, const struct pieces *p, size_t *at)
{
	size_t bytes = p->sign_end - p->sign;
	for (int i = 0; i < TC_BUDGET_OPERATORS; i++)
		if (strlen(tc_budget_operator_text[i]) == bytes &&
			!memcmp(tc_budget_operator_text[i], out->text + p->sign, bytes)) {
			out->sign = (enum tc_budget_operator)i;
			return 0;
		}
	return refuse(at, p->sign,
		"\"%.*s\" compares nothing: there are <, <=, >, >= and ==", (int)(bytes < 16 ? bytes : 16),
		out->text + p->sign);
}

static int parse_statistic(struct tc_budget *out, const struct pieces *p, size_t *at)
{
	char name[40];
	size_t bytes = p->statistic_end - p->statistic;
	snprintf(name, sizeof name, "%.*s", (int)(bytes < sizeof name ? bytes : sizeof name), out->text + p->statistic);
	if ((out->statistic = tc_statistic_find(name)) && bytes < sizeof name)
		return 0;
	struct tc_strbuf all = {0};
	const char *near = tc_statistic_nearest(name);
	tc_statistic_list(&all, TC_SUBJECT_KINDS);
	int code = near ? refuse(at, p->statistic, "there is no such statistic; did you mean %s?  There are %s", near,
				  tc_strbuf_text(&all))
	                : refuse(at, p->statistic, "there is no such statistic; there are %s", tc_strbuf_text(&all));
	tc_strbuf_release(&all);
	return code;
}

static int parse_limit(struct tc_budget *out, const struct pieces *p, size_t *at)
{
	char value[64];
	size_t bytes = skip_back(out->text, p->value, strlen(out->text)) - p->value;
	if (!bytes)
		return refuse(at, p->sign_end, "here a value is missing, such as 2s, 500ms, 1GiB, 1%% or 1000");
	snprintf(value, sizeof value, "%.*s", (int)(bytes < sizeof value ? bytes : sizeof value), out->text + p->value);
	if (bytes >= sizeof value || !tc_parse_amount(value, &out->limit))
		return refuse(at, p->value, "this is no value: write one such as 2s, 500ms, 1GiB, 1%% or 1000");
	if (!tc_statistic_takes(out->statistic, out->limit))
		return refuse(at, p->value, "%s is not measured in this unit: write it as in %s < %s",
			tc_statistic_name(out->statistic), tc_statistic_name(out->statistic),
			tc_statistic_takes(out->statistic, (struct tc_amount){1, TC_AMOUNT_PERCENT, false}) ? "1%"
			: tc_statistic_takes(out->statistic, (struct tc_amount){1, TC_AMOUNT_TIME, false})  ? "2s"
			: tc_statistic_takes(out->statistic, (struct tc_amount){1, TC_AMOUNT_BYTES, false}) ? "1GiB"
													    : "1000");
	return 0;
}

int tc_budget_parse(struct tc_budget *out, const char *text, size_t *at)
{
	struct pieces p = {0};
	*out = (struct tc_budget){.text = strdup(text)};
	*at = 0;
	if (!out->text)
		return tc_error(TACHO_ENOMEM, "out of memory");
	int code = split(&p, text, at);
	if (!code)
		code = parse_operator(out, &p, at);
	if (!code)
		code = parse_statistic(out, &p, at);
	if (!code)
		code = parse_limit(out, &p, at);
	if (!code && !(out->name = strndup(text + p.name, p.name_end - p.name)))
		code = tc_error(TACHO_ENOMEM, "out of memory");
	if (code)
		tc_budget_release(out);
	else
		out->name_bytes = p.name_end - p.name;
	return code;
}

void tc_budget_release(struct tc_budget *budget)
{
	free(budget->text);
	free(budget->name);
	*budget = (struct tc_budget){0};
}
