/* SPDX-License-Identifier: MIT
 *
 * Threads of which all is known, divided by what the observer would know of them.
 */
#include "observe/share.h"

#include <string.h>
#include "base/test.h"

enum { NAMES = 5 };

struct told {
	struct tc_share share[NAMES];
};

static void on_growth(void *context, const struct tc_window_entry *entry)
{
	struct told *told = context;
	assert_true(entry->has_share && entry->name < NAMES);
	tc_share_add(&told->share[entry->name], &entry->share);
}

static double uniform(uint64_t *x)
{
	*x = *x * 6364136223846793005u + 1442695040888963407u;
	return (double)(*x >> 11) / 0x1p53;
}

struct simulated {
	struct told told;
	double wall[NAMES], run[NAMES], wait[NAMES];
	uint32_t unclear; /* looks beside each clear one */
	struct tc_shares shares;
	struct tc_part_target target;
	struct tc_part_reading reading;
};

static void begin(struct simulated *s)
{
	memset(s, 0, sizeof *s);
	s->target = (struct tc_part_target){.context = &s->told, .grew = on_growth};
	s->reading = (struct tc_part_reading){.target = &s->target, .shares = &s->shares};
}

/* An interval in which each name had a random part, and of that ran as it always does, more or less. */
static void interval(struct simulated *s, const double *runs, double waits, double lag, uint64_t *x, int looks)
{
	double run[NAMES], wall[NAMES], total = 0;
	struct tc_piece piece = {.before = UINT32_MAX};
	tc_piece_begin(&s->shares, &piece);
	for (uint32_t i = 0; i < NAMES; i++) {
		wall[i] = 1 + 50e6 * uniform(x);
		double share = runs[i] + 0.1 * (uniform(x) - 0.5);
		run[i] = wall[i] * (share < 0 ? 0 : share > 1 ? 1 : share);
		double wait = (wall[i] - run[i]) * waits;
		total += wall[i];
		piece.run_ns += run[i];
		piece.wait_ns += wait;
		s->wall[i] += wall[i];
		s->run[i] += run[i];
		s->wait[i] += wait;
		struct tc_piece_name *name = tc_piece_put(&s->shares, &piece, i, wall[i]);
		assert_non_null(name);
		for (int k = 0; k < looks; k++) {
			name->looks.all += 1 + s->unclear;
			name->looks.unclear += s->unclear;
			name->looks.apart++;
			name->looks.runnable += uniform(x) * wall[i] < run[i] + wait;
		}
	}
	tc_piece_end(&s->shares, &piece);
	piece.length_ns = total;
	piece.run_ns += lag * (2 * uniform(x) - 1);
	const struct tc_range between = {piece.run_ns > lag ? piece.run_ns - lag : 0, piece.run_ns + lag};
	tc_piece_book(&s->reading, &piece, between);
	tc_piece_release(&piece);
}

static void end(struct simulated *s)
{
	tc_shares_release(&s->shares);
}

static void assert_bounds_hold(const struct simulated *s)
{
	for (int i = 0; i < NAMES; i++) {
		const struct tc_share *share = &s->told.share[i];
		assert_float_equal((double)share->wall_ns, s->wall[i], s->wall[i] * 1e-6 + 1000);
		assert_true(
			(double)share->running_low_ns <= s->run[i] + 1 && s->run[i] <= (double)share->running_high_ns);
		assert_true(share->running_low_ns <= share->running_ns && share->running_ns <= share->running_high_ns);
		assert_true((double)share->waiting_low_ns <= s->wait[i] + 1000);
		assert_true(s->wait[i] <= (double)share->waiting_high_ns + 1000);
	}
}

static void test_bounds_hold_whatever_the_names_do(void **state)
{
	(void)state;
	uint64_t x = 7;
	for (int round = 0; round < 300; round++) {
		struct simulated s;
		double runs[NAMES], lag = round % 3 ? 0 : 8e6;
		for (int i = 0; i < NAMES; i++)
			runs[i] = uniform(&x);
		begin(&s);
		for (int k = 0; k < 20; k++)
			interval(&s, runs, lag > 0 ? 0 : 0.3 * uniform(&x), lag, &x, 0);
		assert_bounds_hold(&s);
		end(&s);
	}
}

static int64_t sum_of(const struct simulated *s)
{
	int64_t sum = 0;
	for (int i = 0; i < NAMES; i++)
		sum += s->told.share[i].running_ns;
	return sum;
}

static void test_all_that_ran_is_given_to_somebody(void **state)
{
	(void)state;
	static const double runs[NAMES] = {0.9, 0.1, 0.5, 0.3, 0};
	struct simulated s;
	uint64_t x = 3;
	double run = 0;
	begin(&s);
	for (int k = 0; k < 1000; k++)
		interval(&s, runs, 0.2, 0, &x, 0);
	for (int i = 0; i < NAMES; i++)
		run += s.run[i];
	assert_float_equal((double)sum_of(&s), run, 1e-6 * run);
	end(&s);
}

/* How far the estimates are off, as a share of each name's time; the worst name's. */
static double worst(int intervals, int looks, uint32_t unclear)
{
	static const double runs[NAMES] = {0.95, 0.05, 0.5, 0.2, 0.7};
	struct simulated s;
	uint64_t x = 11;
	double most = 0;
	begin(&s);
	s.unclear = unclear;
	for (int k = 0; k < intervals; k++)
		interval(&s, runs, 0, 0, &x, looks);
	for (int i = 0; i < NAMES; i++) {
		double off = ((double)s.told.share[i].running_ns - s.run[i]) / s.wall[i];
		off = off < 0 ? -off : off;
		most = off > most ? off : most;
	}
	end(&s);
	return most;
}

static void test_many_intervals_tell_names_apart(void **state)
{
	(void)state;
	double few = worst(3, 0, 0), many = worst(3000, 0, 0);
	assert_true(many < few);
	assert_true(many < 0.05);
}

static void test_looks_tell_names_apart_sooner(void **state)
{
	(void)state;
	assert_true(worst(100, 2, 0) < 0.06);
	assert_true(worst(100, 2, 0) < worst(100, 0, 0));
}

/* One during which the span changed met nobody knows which. */
static void test_unclear_looks_say_nothing(void **state)
{
	(void)state;
	assert_true(worst(100, 2, 3) == worst(100, 2, 0));
}

static struct tc_piece one_of(struct tc_piece_name *name, size_t count, double run)
{
	struct tc_piece piece = {.count = count, .room = count, .name = name, .run_ns = run};
	for (size_t i = 0; i < count; i++)
		piece.length_ns += name[i].wall_ns;
	return piece;
}

static void test_what_needs_no_telling_apart(void **state)
{
	(void)state;
	struct tc_piece_name half[] = {{.name = 0, .wall_ns = 50}, {.name = 1, .wall_ns = 50}},
			     most[] = {{.name = 0, .wall_ns = 1}, {.name = 1, .wall_ns = 99}};
	struct tc_piece mixed = one_of(half, 2, 50), all = one_of(half, 2, 99), none = one_of(half, 2, 1),
			owned = one_of(most, 2, 50);
	assert_false(tc_piece_is_clear(&mixed));
	assert_true(tc_piece_is_clear(&all));
	assert_true(tc_piece_is_clear(&none));
	assert_true(tc_piece_is_clear(&owned));
	assert_int_equal(tc_piece_owner(&owned), 1);
}

/* 100 ms in which a thread ran so long and waited for 40 ms; what it waited before may have been in span 0. */
static void book_wait(struct simulated *s, double run, double early)
{
	struct tc_piece_name names[] = {{.name = 0, .wall_ns = 10e6}, {.name = 1, .wall_ns = 90e6}};
	struct tc_piece piece = one_of(names, 2, run);
	piece.wait_ns = 40e6;
	piece.early_ns = early;
	begin(s);
	tc_piece_begin(&s->shares, &s->shares.tick); /* makes the names known */
	tc_piece_put(&s->shares, &s->shares.tick, 1, 0);
	tc_piece_end(&s->shares, &s->shares.tick);
	tc_piece_book(&s->reading, &piece, (struct tc_range){run, run});
}

/* A thread that waits begins no span: what it waited before the piece is the innermost span's of then. */
static void test_waiting_from_before_is_the_span_of_then(void **state)
{
	(void)state;
	struct simulated s;
	book_wait(&s, 100e6, 0);
	assert_int_equal(s.told.share[0].waiting_ns, 40000000);
	assert_int_equal(s.told.share[1].waiting_ns, 0);
	end(&s);
}

/* A wait is told when it ends. */
static void test_waiting_may_be_from_before(void **state)
{
	(void)state;
	struct simulated s;
	book_wait(&s, 50e6, 0);
	assert_in_range(s.told.share[0].waiting_high_ns, 10000000, 10000001);
	assert_in_range(s.told.share[1].waiting_low_ns, 29999999, 30000000);
	end(&s);
	book_wait(&s, 50e6, 35e6);
	assert_in_range(s.told.share[0].waiting_high_ns, 45000000, 45000001);
	assert_int_equal(s.told.share[1].waiting_low_ns, 0);
	end(&s);
}

/* Of 100 ms of a thread that ended nothing else is known. */
static void test_a_thread_that_ended_may_have_waited(void **state)
{
	struct tc_piece_name names[] = {{.name = 0, .wall_ns = 40e6}, {.name = 1, .wall_ns = 60e6}};
	struct tc_piece gone = one_of(names, 2, 20e6);
	struct simulated s;
	(void)state;
	book_wait(&s, 50e6, 0);
	memset(&s.told, 0, sizeof s.told);
	gone.unseen_ns = 80e6;
	tc_piece_book(&s.reading, &gone, (struct tc_range){20e6, 20e6});
	assert_in_range(s.told.share[0].waiting_ns + s.told.share[1].waiting_ns, 39999999, 40000001);
	for (int i = 0; i < 2; i++)
		assert_int_equal(s.told.share[i].waiting_low_ns, 0);
	assert_in_range(s.told.share[0].waiting_high_ns, 40000000, 40000001);
	assert_in_range(s.told.share[1].waiting_high_ns, 60000000, 60000001);
	end(&s);
}

/* A process whose resident memory is looked at: who may have changed it since the last time is put by hand. */
struct growing {
	struct simulated s;
	struct tc_part_seen part;
	struct tc_process_share process;
};

static void begin_growing(struct growing *g, uint64_t bytes)
{
	begin(&g->s);
	g->part = (struct tc_part_seen){.process = &g->process};
	g->process = (struct tc_process_share){.alive = 1};
	g->s.reading.part = &g->part;
	g->s.shares.page_bytes = 4096;
	tc_grown_book(&g->s.reading, bytes);
}

static void may_have(struct growing *g, struct tc_piece *piece, uint32_t name, double amount)
{
	tc_piece_begin(&g->s.shares, piece);
	tc_piece_put(&g->s.shares, piece, name, amount);
	tc_piece_end(&g->s.shares, piece);
}

static void touched(struct growing *g, uint32_t name, double faults)
{
	may_have(g, &g->process.grown.ran, name, 1000 * faults);
	may_have(g, &g->process.grown.touched, name, faults);
}

static void assert_memory(const struct growing *g, uint32_t name, int64_t low, int64_t bytes, int64_t high)
{
	const struct tc_share *share = &g->s.told.share[name];
	assert_int_equal(share->memory_bytes, bytes);
	assert_int_equal(share->memory_low_bytes, low);
	assert_int_equal(share->memory_high_bytes, high);
}

static void end_growing(struct growing *g)
{
	tc_grown_release(&g->process.grown);
	end(&g->s);
}

/* R11.6 */
static void test_memory_is_whose_thread_had_faults(void **state)
{
	struct growing g;
	(void)state;
	begin_growing(&g, 1 << 20);
	touched(&g, 0, 256);
	may_have(&g, &g.process.grown.ran, 1, 9e9); /* ran much, and touched nothing */
	tc_grown_book(&g.s.reading, 2 << 20);
	assert_memory(&g, 0, 1 << 20, 1 << 20, 1 << 20);
	assert_memory(&g, 1, 0, 0, 0);
	touched(&g, 0, 300);
	touched(&g, 2, 100);
	tc_grown_book(&g.s.reading, 6 << 20);
	assert_memory(&g, 0, 1 << 20, 4 << 20, 5 << 20);
	assert_memory(&g, 2, 0, 1 << 20, 4 << 20);
	end_growing(&g);
}

static void test_memory_is_given_back_by_who_ran(void **state)
{
	struct growing g;
	(void)state;
	begin_growing(&g, 8 << 20);
	may_have(&g, &g.process.grown.ran, 1, 3e6);
	may_have(&g, &g.process.grown.ran, 2, 1e6);
	tc_grown_book(&g.s.reading, 4 << 20);
	assert_memory(&g, 1, -(4 << 20), -(3 << 20), 0);
	assert_memory(&g, 2, -(4 << 20), -(1 << 20), 0);
	end_growing(&g);
}

static void test_memory_waits_for_somebody(void **state)
{
	struct growing g;
	(void)state;
	begin_growing(&g, 1 << 20);
	tc_grown_book(&g.s.reading, 2 << 20);
	touched(&g, 3, 1);
	tc_grown_book(&g.s.reading, 3 << 20);
	assert_memory(&g, 3, 2 << 20, 2 << 20, 2 << 20);
	end_growing(&g);
}

/* Where the kernel's figure may be off, once for each stretch of time of the same names. */
static void test_memory_that_lags_is_in_the_bounds(void **state)
{
	struct growing g;
	const int64_t lag = 64 * 4096, mib = 1 << 20;
	(void)state;
	begin_growing(&g, 1 << 20);
	g.s.shares.rss_lag_pages = 64;
	for (uint64_t i = 2; i < 6; i++) {
		touched(&g, 0, 256);
		tc_grown_book(&g.s.reading, i << 20);
	}
	assert_memory(&g, 0, 4 * mib - lag, 4 * mib, 4 * mib + lag);
	touched(&g, 1, 256);
	tc_grown_book(&g.s.reading, 6 << 20);
	assert_memory(&g, 1, mib - lag, mib, mib + lag);
	end_growing(&g);
}

static void two_waited(struct growing *g, struct tc_quota *quota, int64_t first_ns, int64_t second_ns)
{
	struct tc_process_share other = {.quota = quota};
	struct tc_part_seen beside = {.process = &other};
	g->process.quota = quota;
	tc_quota_waited(&g->s.reading, 0, first_ns);
	g->s.reading.part = &beside;
	tc_quota_waited(&g->s.reading, 1, second_ns);
	g->s.reading.part = &g->part;
}

static void assert_throttled(const struct growing *g, int64_t first_ns, int64_t second_ns)
{
	assert_int_equal(g->s.told.share[0].throttled_ns, first_ns);
	assert_int_equal(g->s.told.share[1].throttled_ns, second_ns);
}

/* R11.1: together they have no more than the kernel tells of their group. */
static void test_processes_of_a_group_share_its_quota(void **state)
{
	const uint64_t ms = 1000000;
	struct growing g;
	struct tc_quota quota = {0};
	(void)state;
	begin_growing(&g, 1 << 20);
	tc_quota_divide(&g.s.reading, &quota, 500 * ms, ms); /* before anybody looked */
	two_waited(&g, &quota, 30 * (int64_t)ms, 10 * (int64_t)ms);
	tc_quota_divide(&g.s.reading, &quota, 520 * ms, 20 * ms);
	assert_throttled(&g, 15 * (int64_t)ms, 5 * (int64_t)ms);
	two_waited(&g, &quota, 30 * (int64_t)ms, 10 * (int64_t)ms);
	tc_quota_divide(&g.s.reading, &quota, 580 * ms, 40 * ms); /* no more than they waited */
	assert_throttled(&g, 45 * (int64_t)ms, 15 * (int64_t)ms);
	two_waited(&g, &quota, 0, 30 * (int64_t)ms); /* a wait that is told later */
	tc_quota_divide(&g.s.reading, &quota, 580 * ms, 60 * ms);
	assert_throttled(&g, 45 * (int64_t)ms, 35 * (int64_t)ms);
	tc_piece_release(&quota.waited);
	end_growing(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds_hold_whatever_the_names_do),
		cmocka_unit_test(test_all_that_ran_is_given_to_somebody),
		cmocka_unit_test(test_many_intervals_tell_names_apart),
		cmocka_unit_test(test_looks_tell_names_apart_sooner),
		cmocka_unit_test(test_unclear_looks_say_nothing),
		cmocka_unit_test(test_what_needs_no_telling_apart),
		cmocka_unit_test(test_waiting_from_before_is_the_span_of_then),
		cmocka_unit_test(test_waiting_may_be_from_before),
		cmocka_unit_test(test_a_thread_that_ended_may_have_waited),
		cmocka_unit_test(test_memory_is_whose_thread_had_faults),
		cmocka_unit_test(test_memory_is_given_back_by_who_ran),
		cmocka_unit_test(test_memory_waits_for_somebody),
		cmocka_unit_test(test_memory_that_lags_is_in_the_bounds),
		cmocka_unit_test(test_processes_of_a_group_share_its_quota),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
