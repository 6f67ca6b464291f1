/* SPDX-License-Identifier: MIT
 *
 * export_fixture.c - records what exports find hard: export_fixture hostile | links | many SPANS | none
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tacho/tacho.h>

static const char *const names[] = {"a,b", "say \"hi\"", "two\nlines", "=1+2", "+cmd|' /C calc'!A0", "-1", "@sum",
	"\xff\xfe raw", "\t=tab", "<b>&amp;</b>", "a.b", "a_b", "a b", "le", "0digit", "\xe2\x82\xac uro",
	"</script><script>alert(1)//", " blank "};

static void hostile(void)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct tacho_span span;
		tacho_span_begin(&span, tacho_site_named(names[i]));
		tacho_span_attr(&span, "user, \"key\"", names[i]);
		tacho_span_attr(&span, "n", (int64_t)i);
		tacho_span_attr(&span, "secret_token", "s3cr3t");
		if (i % 3 == 0)
			tacho_span_failed(&span, -(int64_t)i, names[i]);
		tacho_span_end(&span);
	}
}

/* A job that one span begins and another goes on with. */
static void links(void)
{
	TACHO_SPAN(giver, "give");
	uint64_t id = tacho_span_id(&giver);
	tacho_span_end(&giver);
	TACHO_SPAN(taker, "take");
	tacho_span_link(&taker, id);
}

static void many(long count)
{
	for (long i = 0; i < count; i++) {
		TACHO_SCOPE("photo");
		TACHO_SCOPE("decode");
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "none";
	if (!strcmp(what, "hostile"))
		hostile();
	else if (!strcmp(what, "links"))
		links();
	else if (!strcmp(what, "many") && argc > 2)
		many(atol(argv[2]) / 2);
	return 0;
}
