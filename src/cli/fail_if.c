/* SPDX-License-Identifier: MIT */
#include "cli/fail_if.h"

#include <string.h>
#include "base/amount.h"
#include "base/error.h"
#include "base/text.h"

static const char *const names[TC_FAIL_KINDS] = {"regression", "inconclusive", "vanished", "new"};
enum { NAMED_MOST = 3 };

static int refuse(const char *text)
{
	return tc_error(TACHO_EINVAL,
		"--fail-if takes regression, regression>10%%, inconclusive, vanished or new, not \"%.40s\"", text);
}

/* ">10%" or "[>10%]" */
static bool parse_least(const char *text, double *least)
{
	char copy[32];
	struct tc_amount amount;
	size_t bytes = strlen(text);
	bool bracket = *text == '[';
	if (bytes >= sizeof copy || (bracket && text[bytes - 1] != ']'))
		return false;
	memcpy(copy, text + bracket, bytes - 2 * bracket);
	copy[bytes - 2 * bracket] = 0;
	const char *value = copy + 1 + (*copy ? strspn(copy + 1, " ") : 0);
	if (*copy != '>' || !tc_parse_amount(value, &amount) || amount.kind != TC_AMOUNT_PERCENT || amount.per_second)
		return false;
	*least = 1 + amount.value / 100;
	return true;
}

int tc_fail_if_parse(struct tc_fail_if *out, const char *text)
{
	size_t bytes = strcspn(text, " >[");
	*out = (struct tc_fail_if){.text = text};
	while (out->kind < TC_FAIL_KINDS &&
		(strlen(names[out->kind]) != bytes || memcmp(names[out->kind], text, bytes)))
		out->kind++;
	const char *rest = text + bytes + strspn(text + bytes, " ");
	if (out->kind == TC_FAIL_KINDS ||
		(*rest && (out->kind != TC_FAIL_REGRESSION || !parse_least(rest, &out->least))))
		return refuse(text);
	return 0;
}

static bool is_met(const struct tc_fail_if *condition, const struct tc_diff_row *row)
{
	for (size_t k = 0; k < row->values; k++) {
		const struct tc_comparison *c = &row->value[k].comparison;
		if (condition->kind == TC_FAIL_REGRESSION && c->verdict == TC_REGRESSION && c->ratio > condition->least)
			return true;
	}
	return condition->kind == TC_FAIL_INCONCLUSIVE && tc_diff_verdict(row) == TC_INCONCLUSIVE;
}

static void name_it(struct tc_strbuf *why, const char *name, size_t bytes, size_t found)
{
	if (found >= NAMED_MOST)
		return;
	tc_strbuf_puts(why, found ? ", " : "");
	tc_text_escape(why, name, bytes, false);
}

static size_t look(const struct tc_fail_if *condition, const struct tc_diff_row *row, size_t rows,
	struct tc_strbuf *why, size_t found)
{
	for (size_t i = 0; i < rows; i++)
		if (is_met(condition, &row[i]))
			name_it(why, row[i].name, row[i].bytes, found++);
	return found;
}

bool tc_fail_if_met(const struct tc_fail_if *condition, const struct tc_diff *diff, struct tc_strbuf *why)
{
	size_t found = look(condition, diff->row, diff->rows, why, 0);
	if (condition->kind == TC_FAIL_REGRESSION) /* of a short run no resource is decided */
		found = look(condition, diff->resource, diff->resources, why, found);
	bool alone = condition->kind == TC_FAIL_VANISHED || condition->kind == TC_FAIL_NEW;
	const struct tc_diff_alone *name = condition->kind == TC_FAIL_NEW ? diff->fresh : diff->gone;
	size_t names_alone = condition->kind == TC_FAIL_NEW ? diff->added : diff->vanished;
	for (size_t i = 0; alone && i < names_alone; i++)
		name_it(why, name[i].name, name[i].bytes, found++);
	if (found > NAMED_MOST)
		tc_strbuf_printf(why, " and %zu more", found - NAMED_MOST);
	return found > 0;
}
