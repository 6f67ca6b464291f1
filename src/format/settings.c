/* SPDX-License-Identifier: MIT
 *
 * settings.c - values of settings: read, checked, put together.
 */
#include "format/settings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/error.h>
#include <unistd.h>
#include "base/error.h"
#include "base/nearest.h"
#include "base/quantity.h"
#include "format/settings_file.h"
#include "format/settings_unknown.h"

int tc_setting_find(const char *key)
{
	for (int id = 0; id < TC_SETTINGS; id++)
		if (!strcmp(tc_setting_table[id].key, key))
			return id;
	const char *near = tc_nearest(key, &tc_setting_table[0].key, TC_SETTINGS, sizeof *tc_setting_table);
	if (near)
		tc_error(TACHO_EINVAL, "there is no setting \"%.60s\"; did you mean %s? (tacho config lists them)", key,
			near);
	else
		tc_error(TACHO_EINVAL, "there is no setting \"%.60s\" (tacho config lists them)", key);
	return -1;
}

/* The place of a word in "auto or monotonic". */
static bool parse_choice(const char *words, const char *value, uint64_t *number)
{
	size_t bytes = strlen(value);
	for (uint64_t place = 0;; place++) {
		const char *next = strstr(words, " or ");
		if ((next ? (size_t)(next - words) : strlen(words)) == bytes && !memcmp(words, value, bytes)) {
			*number = place;
			return true;
		}
		if (!next)
			return false;
		words = next + 4;
	}
}

static bool in_range(const struct tc_setting *s, uint64_t number)
{
	return number >= s->least && number <= s->most && (!s->power_of_two || !(number & (number - 1)));
}

static bool parse(const struct tc_setting *s, const char *value, uint64_t *number)
{
	unsigned long long ns = 0;
	bool yes = false, read = false;
	uint64_t count = 0;
	switch (s->type) {
	case TC_TYPE_COUNT:
		read = tc_parse_count(value, &count);
		break;
	case TC_TYPE_BYTES:
		read = tc_parse_bytes(value, &count);
		break;
	case TC_TYPE_DURATION:
		read = tc_parse_duration(value, &ns);
		count = ns;
		break;
	case TC_TYPE_PERCENT:
		read = tc_parse_percent(value, &count);
		break;
	case TC_TYPE_BOOL:
		read = tc_parse_bool(value, &yes);
		count = yes;
		break;
	case TC_TYPE_CHOICE:
		read = parse_choice(s->range, value, &count);
		break;
	case TC_TYPE_TEXT:
		return strlen(value) < TC_SETTING_TEXT_BYTES;
	}
	if (!read || !in_range(s, count))
		return false;
	*number = count;
	return true;
}

int tc_setting_parse(enum tc_setting_id id, const char *value, const char *where, uint64_t *number)
{
	const struct tc_setting *s = &tc_setting_table[id];
	if (parse(s, value, number))
		return 0;
	if (s->type == TC_TYPE_TEXT)
		return tc_error(TACHO_EINVAL, "%s (%s) has %zu bytes: at most %d are possible", s->key, where,
			strlen(value), TC_SETTING_TEXT_BYTES - 1);
	return tc_error(TACHO_EINVAL, "%s is \"%.60s\" (%s): it takes %s", s->key, value, where, s->range);
}

static const char *name_of(enum tc_setting_origin origin)
{
	return origin == TC_FROM_API ? "the program's own" : origin == TC_FROM_OPTION ? "-c" : "the environment";
}

int tc_settings_set(struct tc_settings *settings, const char *key, const char *value, enum tc_setting_origin origin)
{
	int id = tc_setting_find(key);
	uint64_t number = 0;
	if (id < 0)
		return TACHO_EINVAL;
	int code = tc_setting_parse((enum tc_setting_id)id, value, name_of(origin), &number);
	if (code)
		return code;
	settings->value[id].number = number;
	settings->value[id].origin = origin;
	if (tc_setting_table[id].type == TC_TYPE_TEXT)
		strcpy(settings->text[tc_setting_table[id].text], value);
	return 0;
}

int tc_settings_set_number(
	struct tc_settings *settings, enum tc_setting_id id, uint64_t number, enum tc_setting_origin origin)
{
	const struct tc_setting *s = &tc_setting_table[id];
	char shown[32];
	if (in_range(s, number)) {
		settings->value[id].number = number;
		settings->value[id].origin = origin;
		return 0;
	}
	if (s->type == TC_TYPE_DURATION)
		tc_show_duration(shown, sizeof shown, number);
	else if (s->type == TC_TYPE_PERCENT)
		tc_show_percent(shown, sizeof shown, number);
	else
		snprintf(shown, sizeof shown, "%llu", (unsigned long long)number);
	return tc_error(TACHO_EINVAL, "%s is %s (%s): it takes %s", s->key, shown, name_of(origin), s->range);
}

static void complain(struct tc_settings *settings, const char *format, ...)
{
	va_list list;
	if (settings->complaints == TC_COMPLAINTS)
		return; /* whoever mends the first ones sees the others */
	settings->about[settings->complaints] = -1;
	va_start(list, format);
	vsnprintf(settings->complaint[settings->complaints++], TC_COMPLAINT_BYTES, format, list);
	va_end(list);
}

static void set_usual(struct tc_settings *settings, enum tc_setting_id id)
{
	const struct tc_setting *s = &tc_setting_table[id];
	settings->value[id].origin = TC_FROM_DEFAULT;
	settings->value[id].line = 0;
	if (s->type == TC_TYPE_TEXT)
		settings->text[s->text][0] = 0;
	else
		parse(s, s->usual, &settings->value[id].number);
}

/* Passed over is what cannot be used: the program runs on with what counts next. */
static void take(struct tc_settings *settings, int id, const char *value, const char *where,
	enum tc_setting_origin origin, uint32_t line)
{
	size_t before = settings->complaints;
	if (!*value && tc_setting_table[id].type != TC_TYPE_TEXT)
		complain(settings, "%s is empty (%s): it takes %s", tc_setting_table[id].key, where,
			tc_setting_table[id].range);
	else if (tc_setting_parse((enum tc_setting_id)id, value, where, &settings->value[id].number))
		complain(settings, "%s", tacho_last_error());
	else {
		settings->value[id].origin = origin;
		settings->value[id].line = line;
		if (tc_setting_table[id].type == TC_TYPE_TEXT)
			strcpy(settings->text[tc_setting_table[id].text], value);
		return;
	}
	if (settings->complaints > before)
		settings->about[before] = (int8_t)id;
}

/* Only now it is known. */
static void say_what_is_used(struct tc_settings *settings)
{
	for (size_t i = 0; i < settings->complaints; i++) {
		char *complaint = settings->complaint[i], shown[64];
		size_t bytes = strlen(complaint);
		if (settings->about[i] < 0)
			continue;
		tc_setting_show(settings, (enum tc_setting_id)settings->about[i], shown, sizeof shown);
		snprintf(complaint + bytes, TC_COMPLAINT_BYTES - bytes, "; %s is used",
			*shown ? shown : "what is usual");
		settings->about[i] = -1;
	}
}

static bool take_line(void *context, const char *file, uint32_t line, const char *key, const char *value)
{
	struct tc_settings *settings = context;
	char where[TC_COMPLAINT_BYTES];
	snprintf(where, sizeof where, "%.300s:%u", file, line);
	int id = value ? tc_setting_find(key) : -1;
	if (!key)
		complain(settings, "%s: this is no text; nothing from here on is used", where);
	else if (!value)
		complain(settings, "%s: a line is KEY = VALUE, not \"%.60s\"", where, key);
	else if (id < 0)
		complain(settings, "%s: %s", where, tacho_last_error());
	else
		take(settings, id, value, where, TC_FROM_FILE, line);
	return true;
}

static void find_unknown(struct tc_settings *settings)
{
	char sentence[TC_COMPLAINT_BYTES];
	for (char *const *at = environ; tc_settings_unknown(&at, sentence, sizeof sentence);)
		complain(settings, "%s", sentence);
}

void tc_settings_gather(struct tc_settings *settings)
{
	char kept[TC_COMPLAINT_BYTES * 2]; /* a complaint is none of the program's errors */
	snprintf(kept, sizeof kept, "%s", tacho_last_error());
	settings->complaints = 0;
	for (int id = 0; id < TC_SETTINGS; id++)
		set_usual(settings, (enum tc_setting_id)id);
	tc_settings_file(settings->file, take_line, settings);
	for (int id = 0; id < TC_SETTINGS; id++) {
		const char *value = secure_getenv(tc_setting_table[id].environment);
		if (value)
			take(settings, id, value, tc_setting_table[id].environment, TC_FROM_ENVIRONMENT, 0);
	}
	find_unknown(settings);
	tc_error(0, "%s", kept);
}

void tc_settings_load(struct tc_settings *settings)
{
	tc_settings_gather(settings);
	tc_settings_settle(settings);
}

static bool too_long(const struct tc_settings *settings, char *sentence, size_t room)
{
	uint64_t ring = tc_settings_number(settings, TC_SET_ATTRIBUTE_RING_BYTES);
	uint64_t text = tc_settings_number(settings, TC_SET_ATTRIBUTE_TEXT_BYTES);
	snprintf(sentence, room,
		"attribute_text_bytes is %llu and attribute_ring_bytes %llu: a text takes at most a quarter "
		"of the ring",
		(unsigned long long)text, (unsigned long long)ring);
	return text > ring / 4;
}

int tc_settings_conflict(const struct tc_settings *settings, enum tc_setting_origin origin)
{
	char sentence[TC_COMPLAINT_BYTES];
	bool theirs = settings->value[TC_SET_ATTRIBUTE_TEXT_BYTES].origin == origin ||
	              settings->value[TC_SET_ATTRIBUTE_RING_BYTES].origin == origin;
	return theirs && too_long(settings, sentence, sizeof sentence) ? tc_error(TACHO_EINVAL, "%s", sentence) : 0;
}

static void limit_text(struct tc_settings *settings)
{
	char sentence[TC_COMPLAINT_BYTES];
	uint64_t room = tc_settings_number(settings, TC_SET_ATTRIBUTE_RING_BYTES) / 4;
	if (!too_long(settings, sentence, sizeof sentence))
		return;
	complain(settings, "%s; %llu is used", sentence, (unsigned long long)room);
	settings->value[TC_SET_ATTRIBUTE_TEXT_BYTES].number = room;
	settings->value[TC_SET_ATTRIBUTE_TEXT_BYTES].origin = TC_FROM_CONFLICT;
}

static void set_if_usual(struct tc_settings *settings, enum tc_setting_id id, uint64_t number)
{
	if (settings->value[id].origin == TC_FROM_DEFAULT)
		settings->value[id].number = number;
}

/* What ends while the observer is away has to find room in the ring: 65 ms at a million spans per second. */
static void make_rings_larger(struct tc_settings *settings)
{
	if (tc_settings_number(settings, TC_SET_KEEP) != TC_KEEP_ALL)
		return;
	set_if_usual(settings, TC_SET_RING_RECORDS, 65536);
	set_if_usual(settings, TC_SET_ATTRIBUTE_RING_BYTES, 1 << 22);
}

void tc_settings_settle(struct tc_settings *settings)
{
	make_rings_larger(settings);
	limit_text(settings);
	say_what_is_used(settings);
}

static void show_bytes(char *out, size_t room, uint64_t bytes)
{
	static const char units[] = "KM";
	const char *unit = "";
	for (int i = 0; i < 2 && bytes >= (i ? 1024 : 4096) && !(bytes % 1024); i++, bytes /= 1024)
		unit = &units[i];
	snprintf(out, room, "%llu%.1s", (unsigned long long)bytes, unit);
}

static void show_choice(char *out, size_t room, const char *words, uint64_t place)
{
	for (; place; place--)
		words = strstr(words, " or ") + 4;
	const char *end = strstr(words, " or ");
	snprintf(out, room, "%.*s", (int)(end ? (size_t)(end - words) : strlen(words)), words);
}

void tc_setting_show(const struct tc_settings *settings, enum tc_setting_id id, char *out, size_t room)
{
	const struct tc_setting *s = &tc_setting_table[id];
	uint64_t number = settings->value[id].number;
	if (s->type == TC_TYPE_TEXT)
		snprintf(out, room, "%s", settings->text[s->text]);
	else if (s->type == TC_TYPE_CHOICE)
		show_choice(out, room, s->range, number);
	else if (s->type == TC_TYPE_DURATION)
		tc_show_duration(out, room, number);
	else if (s->type == TC_TYPE_PERCENT)
		tc_show_percent(out, room, number);
	else if (s->type == TC_TYPE_BOOL)
		snprintf(out, room, "%s", number ? "yes" : "no");
	else if (s->type == TC_TYPE_BYTES)
		show_bytes(out, room, number);
	else
		snprintf(out, room, "%llu", (unsigned long long)number);
}

static const char *overrides[TC_SETTINGS];

void tc_setting_override(enum tc_setting_id id, const char *value)
{
	overrides[id] = value;
}

struct wanted {
	enum tc_setting_id id;
	char *out;
};

static bool take_wanted(void *context, const char *file, uint32_t line, const char *key, const char *value)
{
	const struct wanted *wanted = context;
	(void)file, (void)line;
	if (value && !strcmp(key, tc_setting_table[wanted->id].key) && strlen(value) < TC_SETTING_TEXT_BYTES)
		strcpy(wanted->out, value);
	return true;
}

bool tc_setting_get(enum tc_setting_id id, char *out)
{
	struct wanted wanted = {id, out};
	const char *value = overrides[id] ? overrides[id] : secure_getenv(tc_setting_table[id].environment);
	*out = 0;
	if (!value)
		tc_settings_file(NULL, take_wanted, &wanted);
	else if (strlen(value) >= TC_SETTING_TEXT_BYTES)
		return false;
	else
		strcpy(out, value);
	return true;
}
