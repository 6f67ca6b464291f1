/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/test.h"
#include "export/out.h"

static struct tc_out out;

static const char *written(void)
{
	static char text[1 << 20];
	assert_int_equal(tc_out_flush(&out), 0);
	assert_true(out.bytes < sizeof text);
	assert_int_equal(pread(out.fd, text, sizeof text, 0), (ssize_t)out.bytes);
	text[out.bytes] = '\0';
	return text;
}

static int begin(void **state)
{
	(void)state;
	tc_out_init(&out, memfd_create("out", 0));
	return out.fd < 0;
}

static int end(void **state)
{
	(void)state;
	return close(out.fd);
}

static void numbers(void **state)
{
	(void)state;
	tc_out_u64(&out, 0);
	tc_out_putc(&out, ' ');
	tc_out_u64(&out, UINT64_MAX);
	tc_out_putc(&out, ' ');
	tc_out_i64(&out, INT64_MIN);
	tc_out_putc(&out, ' ');
	tc_out_hex(&out, 0xab);
	tc_out_putc(&out, ' ');
	tc_out_u64(&out, 100);
	assert_string_equal(written(), "0 18446744073709551615 -9223372036854775808 00000000000000ab 100");
}

static void decimals(void **state)
{
	(void)state;
	static const struct {
		int64_t value;
		unsigned decimals;
	} given[] = {{0, 9}, {1, 9}, {1500, 3}, {-1500, 3}, {1000000000, 9}, {INT64_MIN, 9}, {7, 0}, {-5, 18}};
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		tc_out_fixed(&out, given[i].value, given[i].decimals);
		tc_out_putc(&out, ' ');
	}
	assert_string_equal(written(), "0 0.000000001 1.5 -1.5 1 -9223372036.854775808 7 -0.000000000000000005 ");
}

static void reals(void **state)
{
	(void)state;
	static const double given[] = {0.1, 1e300, -3, 1e15, 2.5, NAN, INFINITY, 1.0 / 3};
	for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
		tc_out_f64(&out, given[i]);
		tc_out_putc(&out, ' ');
	}
	assert_string_equal(written(), "0.1 1e+300 -3 1e+15 2.5   0.3333333333333333 ");
}

static void longer_than_the_buffer(void **state)
{
	(void)state;
	static char text[3 * TC_OUT_BYTES + 7];
	memset(text, 'x', sizeof text - 1);
	tc_out_puts(&out, "a");
	tc_out_puts(&out, text);
	tc_out_printf(&out, "%s", text);
	tc_out_puts(&out, "z");
	uint64_t bytes = tc_out_total(&out);
	const char *all = written();
	assert_int_equal(bytes, 2 * (sizeof text - 1) + 2);
	assert_int_equal(strspn(all + 1, "x"), bytes - 2);
	assert_int_equal(all[bytes - 1], 'z');
}

static void streams(void **state)
{
	(void)state;
	FILE *stream = tc_out_stream(&out);
	assert_non_null(stream);
	for (int i = 0; i < 10000; i++)
		fprintf(stream, "%04d\n", i);
	assert_int_equal(fclose(stream), 0);
	assert_string_equal(written() + 49990, "9998\n9999\n");
}

static void full_disk_is_counted_on(void **state)
{
	(void)state;
	int full = open("/dev/full", O_WRONLY), kept = out.fd;
	if (full < 0)
		skip();
	out.fd = full;
	for (int i = 0; i < TC_OUT_BYTES; i++)
		tc_out_puts(&out, "1234567890");
	assert_int_equal(tc_out_flush(&out), ENOSPC);
	assert_int_equal(out.bytes, 10 * TC_OUT_BYTES);
	close(full);
	out.fd = kept;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(numbers, begin, end),
		cmocka_unit_test_setup_teardown(decimals, begin, end),
		cmocka_unit_test_setup_teardown(reals, begin, end),
		cmocka_unit_test_setup_teardown(longer_than_the_buffer, begin, end),
		cmocka_unit_test_setup_teardown(streams, begin, end),
		cmocka_unit_test_setup_teardown(full_disk_is_counted_on, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
