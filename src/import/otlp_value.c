/* SPDX-License-Identifier: MIT
 *
 * otlp_value.c - values and attributes as OpenTelemetry's JSON has them.
 */
#include <stdio.h>
#include <string.h>
#include "import/otlp.h"

enum { KEY_MOST = 512 };

static bool read_value(struct tc_otlp *otlp, const char *key, size_t bytes, tc_otlp_take *take);

/* {"key": …, "value": {…}}, whose key comes first. */
static bool read_pair(struct tc_otlp *otlp, const char *prefix, size_t prefix_bytes, tc_otlp_take *take)
{
	char key[KEY_MOST] = "";
	size_t bytes = 0;
	enum tc_json_token token;
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		if (tc_json_key_is(&otlp->json, "key") && token == TC_JSON_TEXT) {
			int n = snprintf(key, sizeof key, "%.*s%s%s", (int)prefix_bytes, prefix,
				prefix_bytes ? "." : "", tc_strbuf_text(&otlp->json.text));
			bytes = (size_t)n < sizeof key ? (size_t)n : sizeof key - 1;
		} else if (tc_json_key_is(&otlp->json, "value") && token == TC_JSON_OBJECT) {
			if (!read_value(otlp, key, bytes, take))
				return false;
		} else if (!tc_json_skip(&otlp->json, token)) {
			return false;
		}
	}
	return true;
}

bool tc_otlp_values(struct tc_otlp *otlp, const char *key, size_t bytes, bool pairs, tc_otlp_take *take)
{
	enum tc_json_token token;
	for (unsigned i = 0; (token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE; i++) {
		char place[KEY_MOST];
		int n = snprintf(place, sizeof place, "%.*s.%u", (int)(bytes < 400 ? bytes : 400), key, i);
		bool sound = token != TC_JSON_OBJECT ? tc_json_skip(&otlp->json, token)
		             : pairs                 ? read_pair(otlp, key, bytes, take)
		                                     : read_value(otlp, place, (size_t)n, take);
		if (!sound)
			return false;
	}
	return true;
}

/* A list of values, or of keys with values, each under its place or key. */
static bool read_list(struct tc_otlp *otlp, const char *key, size_t bytes, tc_otlp_take *take)
{
	bool pairs = tc_json_key_is(&otlp->json, "kvlistValue");
	enum tc_json_token token;
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		bool values = tc_json_key_is(&otlp->json, "values") && token == TC_JSON_ARRAY;
		if (values ? !tc_otlp_values(otlp, key, bytes, pairs, take) : !tc_json_skip(&otlp->json, token))
			return false;
	}
	return true;
}

static bool read_value(struct tc_otlp *otlp, const char *key, size_t bytes, tc_otlp_take *take)
{
	static const struct {
		const char *key;
		int type;
	} types[] = {{"stringValue", TACHO_ATTR_TEXT}, {"bytesValue", TACHO_ATTR_TEXT}, {"intValue", TACHO_ATTR_I64},
		{"doubleValue", TACHO_ATTR_F64}, {"boolValue", TACHO_ATTR_BOOL}};
	enum tc_json_token token;
	while ((token = tc_json_next(&otlp->json)) != TC_JSON_CLOSE) {
		if (token == TC_JSON_OBJECT) {
			if (!read_list(otlp, key, bytes, take))
				return false;
			continue;
		}
		if (token == TC_JSON_TRUE || token == TC_JSON_FALSE) {
			tc_strbuf_clear(&otlp->json.text);
			tc_strbuf_puts(&otlp->json.text, token == TC_JSON_TRUE ? "1" : "0");
		}
		for (size_t i = 0; i < sizeof types / sizeof *types; i++)
			if (token != TC_JSON_NULL && tc_json_key_is(&otlp->json, types[i].key))
				take(otlp, key, bytes, types[i].type);
		if (!tc_json_skip(&otlp->json, token))
			return false;
	}
	return true;
}

bool tc_otlp_key_is(const char *key, size_t bytes, const char *wanted)
{
	return strlen(wanted) == bytes && !memcmp(key, wanted, bytes);
}
