/* SPDX-License-Identifier: MIT
 *
 * config.c - struct tacho_config and the table of settings.
 */
#include "observe/config.h"

#include <string.h>
#include "base/error.h"

enum { MS = 1000000 };

/* Where a setting lies in struct tacho_config. */
static const struct field {
	enum { NUMBER32, NUMBER64, MILLISECONDS, PERCENT, NEGATED, TEXT } kind;
	size_t at;
} fields[TC_SETTINGS] = {
	[TC_SET_RING_RECORDS] = {NUMBER32, offsetof(struct tacho_config, ring_records)},
	[TC_SET_INTERVAL] = {MILLISECONDS, offsetof(struct tacho_config, interval_ms)},
	[TC_SET_DEAR_INTERVAL] = {MILLISECONDS, offsetof(struct tacho_config, dear_interval_ms)},
	[TC_SET_OBSERVER_BUDGET] = {PERCENT, offsetof(struct tacho_config, observer_budget_percent)},
	[TC_SET_OBSERVER] = {NEGATED, offsetof(struct tacho_config, no_observer)},
	[TC_SET_THRESHOLD] = {NUMBER64, offsetof(struct tacho_config, threshold_ns)},
	[TC_SET_KEEP_SLOWEST] = {NUMBER32, offsetof(struct tacho_config, keep_slowest)},
	[TC_SET_ATTRIBUTE_TEXT_BYTES] = {NUMBER32, offsetof(struct tacho_config, attribute_text_bytes)},
	[TC_SET_ATTRIBUTE_RING_BYTES] = {NUMBER32, offsetof(struct tacho_config, attribute_ring_bytes)},
	[TC_SET_REDACT_KEYS] = {TEXT, offsetof(struct tacho_config, redact_keys)},
	[TC_SET_REDACT_VALUES] = {TEXT, offsetof(struct tacho_config, redact_values)},
	[TC_SET_STORE] = {TEXT, offsetof(struct tacho_config, store)},
	[TC_SET_LIVE] = {TEXT, offsetof(struct tacho_config, live)},
	[TC_SET_CLOCK] = {TEXT, offsetof(struct tacho_config, clock)},
	[TC_SET_KEEP] = {TEXT, offsetof(struct tacho_config, keep)},
	[TC_SET_STATE_INTERVAL] = {MILLISECONDS, offsetof(struct tacho_config, state_interval_ms)},
	[TC_SET_EXPORT_DIRECTORY] = {TEXT, offsetof(struct tacho_config, export_directory)},
};
_Static_assert(TC_SETTINGS <= 32, "struct tacho_config has a bit for each in `given`");

static void put(struct tacho_config *config, const struct field *field, uint64_t number, const char *text)
{
	void *at = (char *)config + field->at;
	if (field->kind == NUMBER32)
		*(uint32_t *)at = (uint32_t)number;
	else if (field->kind == NUMBER64)
		*(uint64_t *)at = number;
	else if (field->kind == MILLISECONDS)
		*(uint32_t *)at = (uint32_t)((number + MS / 2) / MS);
	else if (field->kind == PERCENT)
		*(double *)at = (double)number / 1000;
	else if (field->kind == NEGATED)
		*(bool *)at = !number;
	else
		*(const char **)at = text;
}

/* What is no number of percent is none that is possible. */
static uint64_t thousandths(double percent)
{
	return percent >= 0 && percent <= 1000 ? (uint64_t)(percent * 1000 + 0.5) : UINT64_MAX;
}

/* 0: as usual. */
static uint64_t number_of(const struct tacho_config *config, const struct field *field)
{
	const void *at = (const char *)config + field->at;
	switch (field->kind) {
	case NUMBER32:
		return *(const uint32_t *)at;
	case NUMBER64:
		return *(const uint64_t *)at;
	case MILLISECONDS:
		return (uint64_t) * (const uint32_t *)at * MS;
	case PERCENT:
		return thousandths(*(const double *)at);
	case NEGATED:
		return *(const bool *)at;
	case TEXT:
		break;
	}
	return 0;
}

static int check_size(const struct tacho_config *config)
{
	if (config->struct_size >= offsetof(struct tacho_config, name) && config->struct_size <= 65536)
		return 0;
	return tc_error(TACHO_EINVAL, "struct_size of the config is %zu: initialise it with TACHO_CONFIG_INIT",
		config->struct_size);
}

static bool is_place(enum tc_setting_id id)
{
	return id == TC_SET_STORE || id == TC_SET_LIVE;
}

static int refuse_empty(enum tc_setting_id id)
{
	const struct tc_setting *s = &tc_setting_table[id];
	return tc_error(TACHO_EINVAL, "%s is empty: it takes %s", s->key, s->range);
}

int tacho_config_set(struct tacho_config *config, const char *key, const char *value)
{
	uint64_t number = 0;
	if (!config || !key || !value)
		return tc_error(TACHO_EINVAL, "tacho_config_set() needs a config, a key and a value, not NULL");
	int id = tc_setting_find(key), code = check_size(config);
	if (id < 0 || code)
		return TACHO_EINVAL;
	const struct field *field = &fields[id];
	size_t end = field->at + (field->kind == NUMBER64 || field->kind == PERCENT || field->kind == TEXT ? 8 : 4);
	if (config->struct_size < offsetof(struct tacho_config, given) + 4 || config->struct_size < end)
		return tc_error(TACHO_EINVAL,
			"%s came after the tacho.h that this program was compiled with: compile it anew", key);
	if (!*value && is_place((enum tc_setting_id)id))
		return refuse_empty((enum tc_setting_id)id);
	code = tc_setting_parse((enum tc_setting_id)id, value, "tacho_config_set", &number);
	if (code)
		return code;
	put(config, field, number, value);
	config->given |= UINT32_C(1) << id;
	return 0;
}

/* A newer program's config may be longer: fine as long as it asks for nothing that is not known here. */
static int copy(struct tacho_config *out, const struct tacho_config *config)
{
	*out = (struct tacho_config)TACHO_CONFIG_INIT;
	int code = config ? check_size(config) : 0;
	if (!config || code)
		return code;
	size_t given = config->struct_size;
	for (size_t i = sizeof *out; i < given; i++)
		if (((const char *)config)[i])
			return tc_error(TACHO_EINVAL,
				"the config asks for what tacho %s does not know: update the library", TACHO_VERSION);
	memcpy(out, config, given < sizeof *out ? given : sizeof *out);
	return 0;
}

static int take_field(struct tc_settings *settings, const struct tacho_config *config, enum tc_setting_id id)
{
	const struct field *field = &fields[id];
	bool given = config->given >> id & 1;
	if (field->kind == TEXT) {
		const char *text = *(const char *const *)(const void *)((const char *)config + field->at);
		if (!text)
			return 0;
		return *text || !is_place(id) ? tc_settings_set(settings, tc_setting_table[id].key, text, TC_FROM_API)
		                              : refuse_empty(id);
	}
	uint64_t number = number_of(config, field);
	if (!given && !number)
		return 0;
	return tc_settings_set_number(settings, id, field->kind == NEGATED ? !number : number, TC_FROM_API);
}

int tc_config_take(struct tacho_config *out, struct tc_settings *settings, const struct tacho_config *config)
{
	int code = copy(out, config);
	if (code)
		return code;
	tc_settings_gather(settings);
	for (int id = 0; id < TC_SETTINGS && !code; id++)
		code = take_field(settings, out, (enum tc_setting_id)id);
	if (!code)
		code = tc_settings_conflict(settings, TC_FROM_API);
	if (!code)
		tc_settings_settle(settings);
	return code;
}

void tc_config_override(const struct tacho_config *config)
{
	tc_setting_override(TC_SET_STORE, config->store);
	tc_setting_override(TC_SET_LIVE, config->live);
	tc_setting_override(TC_SET_CLOCK, config->clock);
}

void tc_config_override_end(void)
{
	tc_setting_override(TC_SET_STORE, NULL);
	tc_setting_override(TC_SET_LIVE, NULL);
	tc_setting_override(TC_SET_CLOCK, NULL);
}
