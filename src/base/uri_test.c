/* SPDX-License-Identifier: MIT */
#include "base/uri.h"

#include <stdlib.h>
#include <string.h>
#include "base/test.h"

static void check(const char *text, const char *hidden)
{
	size_t bytes = strlen(hidden);
	char *copy = malloc(strlen(text) + 1), out[256]; /* exactly as long, for the sanitizer */
	memcpy(copy, text, strlen(text));
	assert_int_equal(tc_uri_hide(NULL, 0, copy, strlen(text)), bytes);
	for (size_t room = 0; room <= bytes; room++) {
		memset(out, '#', sizeof out);
		assert_int_equal(tc_uri_hide(out, room, copy, strlen(text)), bytes);
		assert_memory_equal(out, hidden, room);
		assert_int_equal(out[room], '#');
	}
	free(copy);
}

static void passwords_are_hidden(void **state)
{
	(void)state;
	check("postgres://joe:secret@db.example/x?y", "postgres://joe:***@db.example/x?y");
	check("redis://:secret@host", "redis://:***@host");
	check("see http://a:b@c and ftp://d:efg@h/", "see http://a:***@c and ftp://d:***@h/");
	check("http://a:p@ss@c/", "http://a:***@c/");
	check("http://a:p/ss?x@c/d", "http://a:***@c/d");
	check("\"http://a:b@c\"", "\"http://a:***@c\"");
	check("git+ssh://me:pw@[::1]:22/x", "git+ssh://me:***@[::1]:22/x");
	check("a://b://c:d@e", "a://b://c:***@e");
}

static void all_else_stays(void **state)
{
	static const char *const texts[] = {"", "://", "a://", "joe@example.org", "http://example.org:8080/a@b",
		"ssh://git@host/x", "http://[::1]:80/x@y", "http://a:@b", "no uri: x@y", "file:///etc/passwd", "a:b@c",
		"http://host/a:b", "@", "http://a: b@c"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		check(texts[i], texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_are_hidden),
		cmocka_unit_test(all_else_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
