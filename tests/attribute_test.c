/* SPDX-License-Identifier: MIT
 *
 * Attributes of all lengths and kinds, read back; what is too long, too many or not to be recorded.
 */
#include <dirent.h>
#include <inttypes.h>
#include "recorded.h"

static TACHO_SITE(work, "work");

static const struct tc_attribute_view *attribute(const struct tc_span_view *span, const char *key)
{
	const struct tc_attribute_view *found = NULL;
	for (size_t i = 0; i < span->attributes; i++)
		if (!strcmp(span->attribute[i].key, key)) {
			assert_null(found); /* a key is there once */
			found = &span->attribute[i];
		}
	return found;
}

static void assert_text(const struct tc_span_view *span, const char *key, const char *text)
{
	const struct tc_attribute_view *found = attribute(span, key);
	if (!found)
		fail_msg("no attribute %s", key);
	assert_int_equal(found->type, TACHO_ATTR_TEXT);
	assert_string_equal(found->text, text);
}

static void drop(struct recorded *r, struct tc_session *s)
{
	recorded_drop(r, s);
	unsetenv("TACHO_REDACT_KEYS");
	unsetenv("TACHO_REDACT_VALUES");
	unsetenv("TACHO_ATTRIBUTE_TEXT_BYTES");
	unsetenv("TACHO_ATTRIBUTE_RING_BYTES");
}

static void start(struct recorded *r)
{
	recorded_make(r);
	recorded_begin(r, 4096);
}

/* In memory of exactly their length, which the sanitizer watches. */
static void every_length(void **state)
{
	struct recorded r;
	struct tacho_span span;
	char key[300], text[128];
	(void)state;
	setenv("TACHO_ATTRIBUTE_RING_BYTES", "1M", 1);
	start(&r);
	for (size_t k = 0; k < 24; k++)
		for (size_t t = 0; t < 40; t++) {
			char *k_copy = malloc(k + 1), *t_copy = malloc(t + 1);
			memset(k_copy, 'k', k), memset(t_copy, 't', t);
			k_copy[k] = t_copy[t] = 0;
			tacho_span_begin(&span, &work);
			tacho_span_attr(&span, k_copy, t_copy);
			tacho_span_attr(&span, "i", (int64_t)(k * 100 + t));
			tacho_span_attr(&span, "f", -0.5);
			tacho_span_attr(&span, "b", t % 2 == 1);
			tacho_span_attr(&span, "l", 1.5L);
			tacho_span_attr(&span, "u", UINT64_MAX);
			tacho_span_end(&span);
			free(k_copy), free(t_copy);
		}
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(s->spans, 24 * 40);
	for (size_t i = 0; i < s->spans; i++) {
		memset(key, 'k', sizeof key), memset(text, 't', sizeof text);
		key[i / 40] = text[i % 40] = 0;
		assert_int_equal(s->span[i].attributes, 6);
		assert_text(&s->span[i], key, text);
		assert_int_equal(attribute(&s->span[i], "i")->i64, i / 40 * 100 + i % 40);
		assert_true(attribute(&s->span[i], "f")->f64 == -0.5);
		assert_int_equal(attribute(&s->span[i], "b")->i64, i % 40 % 2);
		assert_true(attribute(&s->span[i], "l")->f64 == 1.5);
		assert_true(attribute(&s->span[i], "u")->i64 == -1);
	}
	drop(&r, s);
}

static void what_is_too_long_is_cut_and_said(void **state)
{
	struct recorded r;
	struct tacho_span span;
	static char text[5000], key[301];
	(void)state;
	setenv("TACHO_ATTRIBUTE_TEXT_BYTES", "101", 1);
	for (size_t i = 0; i + 2 < sizeof text; i += 3)
		memcpy(text + i, "…", 3);
	memset(key, 'k', 300);
	start(&r);
	tacho_span_begin(&span, &work);
	tacho_span_attr(&span, "text", text);
	tacho_span_attr(&span, key, 1);
	tacho_span_failed(&span, 7, text);
	tacho_span_end(&span);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_attribute_view *a = attribute(&s->span[0], "text");
	assert_int_equal(a->text_bytes, 99); /* whole characters */
	assert_int_equal(a->cut, strlen(text) - 99);
	assert_int_equal(strlen(s->span[0].message), 99 + strlen("…"));
	assert_int_equal(s->span[0].message_cut, strlen(text) - 99);
	memcpy(key + 252, "…", 4);
	assert_int_equal(attribute(&s->span[0], key)->i64, 1);
	drop(&r, s);
}

static void odd_ones_do_no_harm(void **state)
{
	struct recorded r;
	struct tacho_span span, ended, never = TACHO_NO_SPAN;
	const char *none = NULL;
	(void)state;
	start(&r);
	tacho_span_begin(&span, &work);
	tacho_span_begin(&ended, &work);
	tacho_span_end(&ended);
	tacho_span_attr(&ended, "late", 1);
	tacho_span_attr_i64(&ended, "late", 1);
	tacho_span_attr(&never, "never", 1);
	tacho_span_attr_text(&never, "never", "x");
	tacho_span_attr(&span, "none", none);
	tacho_span_attr(&span, none, "no key");
	tacho_span_fail(&span, 3);
	tacho_span_attr(&span, "after", "failure");
	tacho_span_attr(&span, "again", 1);
	tacho_span_attr(&span, "again", "two");
	tacho_span_attr(&span, "again", 3.0);
	tacho_span_end(&span);
	struct tc_session *s = recorded_finish(&r);
	const struct tc_span_view *outer = &s->span[0];
	assert_int_equal(s->span[1].attributes, 0);
	assert_int_equal(outer->attributes, 4);
	assert_text(outer, "none", "");
	assert_text(outer, "", "no key");
	assert_text(outer, "after", "failure");
	assert_int_equal(attribute(outer, "again")->type, TACHO_ATTR_F64); /* the last one counts */
	assert_true(outer->failed && outer->code == 3);
	const struct tc_name_view *name = recorded_name(s, "work");
	assert_int_equal(name->failed_kept_count, 1);
	assert_int_equal(name->failed_kept[0].attributes, 4);
	drop(&r, s);
}

/* However many there are, the figures are whole and what is missing is said. */
static void very_many(void **state)
{
	struct recorded r;
	struct tacho_span span, inner;
	char key[32];
	(void)state;
	setenv("TACHO_ATTRIBUTE_RING_BYTES", "4096", 1);
	start(&r);
	tacho_span_begin(&span, &work);
	for (int i = 0; i < 100000; i++) {
		snprintf(key, sizeof key, "key.%d", i);
		tacho_span_attr(&span, key, i);
		if (i % 100 == 0) {
			tacho_span_begin(&inner, &work);
			tacho_span_attr(&inner, "inner", i);
			tacho_span_end(&inner);
		}
	}
	tacho_span_end(&span);
	struct tc_session *s = recorded_finish(&r);
	assert_int_equal(recorded_name(s, "work")->figures.count, 1001);
	const struct tc_span_view *outer = &s->span[0];
	assert_true(outer->attributes_lost);
	assert_true(outer->attributes > 0 && outer->attributes < 100);
	assert_int_equal(attribute(outer, "key.99999")->i64, 99999);
	bool said = false;
	for (size_t i = 0; i < s->notes; i++)
		said |= strstr(s->note[i], "attribute_ring_bytes") != NULL;
	assert_true(said);
	drop(&r, s);
}

static bool in_file(const char *directory, const char *file, const char *secret)
{
	char path[512], *bytes;
	snprintf(path, sizeof path, "%s/%s", directory, file);
	FILE *in = fopen(path, "r");
	assert_non_null(in);
	assert_int_equal(fseek(in, 0, SEEK_END), 0);
	size_t count = (size_t)ftell(in);
	rewind(in);
	bytes = malloc(count + 1);
	assert_int_equal(fread(bytes, 1, count, in), count);
	bool found = memmem(bytes, count, secret, strlen(secret)) != NULL;
	free(bytes);
	fclose(in);
	return found;
}

static bool in_files(const struct recorded *r, const char *secret)
{
	bool found = false;
	DIR *stream = opendir(r->directory);
	for (struct dirent *e; (e = readdir(stream));)
		if (e->d_name[0] != '.')
			found |= in_file(r->directory, e->d_name, secret);
	closedir(stream);
	return found;
}

static void passwords_of_uris_reach_no_file(void **state)
{
	struct recorded r;
	struct tacho_span span;
	static char text[3000];
	(void)state;
	memset(text, 'x', 1010);
	strcpy(text + 1010, " http://me:s3cretlong@host/"); /* cut within the password */
	start(&r);
	tacho_span_begin(&span, &work);
	tacho_span_attr(&span, "mail", "joe@example.org");
	tacho_span_attr(&span, "uri", "postgres://joe:s3cret@db/x");
	tacho_span_attr(&span, "cut", text);
	tacho_span_fail_message(&span, 1, "cannot open ftp://a:s3cret@host");
	assert_true(in_files(&r, "joe@example.org"));
	assert_false(in_files(&r, "s3c")); /* while it is being recorded, too */
	tacho_span_end(&span);
	struct tc_session *s = recorded_finish(&r);
	assert_false(in_files(&r, "s3c"));
	assert_text(&s->span[0], "mail", "joe@example.org");
	assert_text(&s->span[0], "uri", "postgres://joe:***@db/x");
	assert_string_equal(s->span[0].message, "cannot open ftp://a:***@host");
	drop(&r, s);
}

static void what_the_rules_name_reaches_no_file(void **state)
{
	struct recorded r;
	struct tacho_span span;
	(void)state;
	setenv("TACHO_REDACT_KEYS", "*token*, pin", 1);
	setenv("TACHO_REDACT_VALUES", "sk-*", 1);
	start(&r);
	tacho_span_begin(&span, &work);
	tacho_span_attr(&span, "authToken", "s3cret");
	tacho_span_attr(&span, "PIN", 424242424242424242);
	tacho_span_attr(&span, "Pin", 1);
	tacho_span_attr(&span, "plain", "sk-s3cret");
	tacho_span_attr(&span, "open", "visible");
	tacho_span_attr(&span, "n", 5);
	tacho_span_fail_message(&span, 1, "sk-s3cret");
	tacho_span_end(&span);
	struct tc_session *s = recorded_finish(&r);
	int64_t pin = 424242424242424242;
	char bytes[9] = "";
	memcpy(bytes, &pin, 8);
	assert_false(in_files(&r, "s3cret"));
	assert_false(in_files(&r, bytes));
	assert_text(&s->span[0], "authToken", "(redacted)");
	assert_text(&s->span[0], "PIN", "(redacted)");
	assert_text(&s->span[0], "plain", "(redacted)");
	assert_text(&s->span[0], "open", "visible");
	assert_int_equal(attribute(&s->span[0], "n")->i64, 5);
	assert_string_equal(s->span[0].message, "(redacted)");
	drop(&r, s);
}

/* They wait outside of the ring until the span ends. */
static void async_spans_keep_no_secrets_either(void **state)
{
	struct recorded r;
	struct tacho_async async;
	char text[400];
	(void)state;
	memset(text, 'x', 100);
	strcpy(text + 100, " http://me:s3cretlong@host/");
	setenv("TACHO_REDACT_KEYS", "pin", 1);
	start(&r);
	tacho_async_begin(&async, &work, NULL);
	tacho_async_attr(&async, "pin", 424242);
	tacho_async_attr(&async, "long", text);
	tacho_async_end(&async);
	tacho_async_begin(&async, &work, NULL);
	tacho_async_attr(&async, "uri", "redis://:s3cret@host");
	tacho_async_end(&async);
	struct tc_session *s = recorded_finish(&r);
	assert_false(in_files(&r, "s3c"));
	assert_text(&s->span[0], "pin", "(redacted)");
	assert_text(&s->span[1], "uri", "redis://:***@host");
	drop(&r, s);
}

/* A kept span has room for 344 bytes of attributes; more than these are shown while the ring has them. */
static void the_slowest_are_whole_while_the_ring_is(void **state)
{
	(void)state;
	char text[250];
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = 0;
	for (int later = 0; later < 2; later++) {
		struct recorded r;
		start(&r);
		{
			TACHO_SPAN(span, "work");
			tacho_span_attr(&span, "a", text);
			tacho_span_attr(&span, "b", text);
			tacho_span_fail_message(&span, -1, text);
			usleep(1000);
		}
		for (int i = 0; later && i < 1000; i++) {
			TACHO_SPAN(span, "other");
			tacho_span_attr(&span, "c", text);
		}
		struct tc_session *s = recorded_finish(&r);
		const struct tc_name_view *name = recorded_name(s, "work");
		const struct tc_span_view *kept[] = {name->slowest, name->failed_kept};
		for (int i = 0; i < 2; i++) {
			assert_int_equal(kept[i]->attributes_lost, later);
			if (later) {
				assert_true(kept[i]->message_cut > 0);
				continue;
			}
			assert_text(kept[i], "a", text);
			assert_text(kept[i], "b", text);
			assert_string_equal(kept[i]->message, text);
			assert_int_equal(kept[i]->code, -1);
		}
		drop(&r, s);
	}
}

static void as_many_slowest_as_are_asked_for(void **state)
{
	struct recorded r;
	struct tacho_span span;
	(void)state;
	for (int keep = 0; keep <= 5; keep++) {
		char number[4];
		snprintf(number, sizeof number, "%d", keep);
		setenv("TACHO_KEEP_SLOWEST", number, 1);
		start(&r);
		for (int i = 0; i < 20; i++) {
			tacho_span_begin(&span, &work);
			span.start -= (uint64_t)(i * 7 % 20) * 1000000;
			span.block->stack[1].start = span.start; /* else it is none that is open */
			tacho_span_end(&span);
		}
		struct tc_session *s = recorded_finish(&r);
		const struct tc_name_view *name = recorded_name(s, "work");
		assert_int_equal(name->slowest_count, keep);
		assert_int_equal(name->figures.count, 20);
		for (int i = 1; i < keep; i++)
			assert_true(name->slowest[i - 1].duration_ns > name->slowest[i].duration_ns);
		if (keep)
			assert_int_equal(name->slowest[0].duration_ns, name->figures.max_ns);
		drop(&r, s);
	}
	unsetenv("TACHO_KEEP_SLOWEST");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length),
		cmocka_unit_test(what_is_too_long_is_cut_and_said),
		cmocka_unit_test(odd_ones_do_no_harm),
		cmocka_unit_test(very_many),
		cmocka_unit_test(passwords_of_uris_reach_no_file),
		cmocka_unit_test(what_the_rules_name_reaches_no_file),
		cmocka_unit_test(async_spans_keep_no_secrets_either),
		cmocka_unit_test(the_slowest_are_whole_while_the_ring_is),
		cmocka_unit_test(as_many_slowest_as_are_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
