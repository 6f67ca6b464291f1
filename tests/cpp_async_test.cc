/* SPDX-License-Identifier: MIT
 *
 * async.hpp: spans that are moved, handed to other threads and nested by hand.
 */
#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>
#include "recording.hpp"

static_assert(std::is_nothrow_move_constructible_v<tacho::async_span> &&
	      std::is_nothrow_move_assignable_v<tacho::async_span>);
static_assert(!std::is_copy_constructible_v<tacho::async_span> && !std::is_copy_assignable_v<tacho::async_span>);
static_assert(std::is_nothrow_default_constructible_v<tacho::async_span> &&
	      std::is_nothrow_destructible_v<tacho::async_span>);
static_assert(!std::is_copy_constructible_v<tacho::within> && !std::is_move_constructible_v<tacho::within>);

namespace
{

void moving_hands_a_span_over(void **)
{
	recording r;
	{
		tacho::async_span none, first(TACHO_CPP_SITE("moved"));
		assert_false(none.recording());
		assert_true(first.recording());
		tacho::async_span second(std::move(first));
		assert_false(first.recording());
		second.attr("text", std::string("moved"))
			.attr("number", 3)
			.attr("part", std::string_view("part of it", 4));
		none = std::move(second);
		assert_true(none.recording() && !second.recording());
		second.attr("late", 1);
		second.end();

		tacho::async_span other(TACHO_CPP_SITE("assigned over"));
		other.fail(-3, std::string_view("because of it", 7));
		other = tacho::async_span(TACHO_CPP_SITE("temporary"));
		tacho::async_span &same = other;
		other = std::move(same);
		assert_true(other.recording());

		std::vector<tacho::async_span> many;
		for (int i = 0; i < 10; i++)
			many.emplace_back(TACHO_CPP_SITE("in a vector"));
	}
	r.text("text", "moved", "moved");
	r.text("part", "part", "moved");
	r.i64("number", 3, "moved");
	assert_int_equal(r.only("moved").attributes, 3);
	assert_true(r.only("assigned over").failed && r.only("assigned over").code == -3);
	assert_string_equal(r.only("assigned over").message, "because");
	assert_false(r.only("temporary").failed);
	assert_int_equal(r.count("in a vector"), 10);
}

void another_thread_ends_it(void **)
{
	recording r;
	std::optional<tacho::async_span> job(std::in_place, TACHO_CPP_SITE("job"));
	std::thread([&] {
		tacho::within its(*job);
		TACHO_CPP_SCOPE("step");
		try {
			throw std::runtime_error("in the other thread");
		} catch (...) {
			job->fail_caught();
		}
	}).join();
	std::thread([&] { job.reset(); }).join();
	r.failed("job", "in the other thread");
	assert_int_equal(r.only("job").depth, 0);
	assert_int_equal(r.only("step").depth, 1);
}

void what_is_current_is_put_back(void **)
{
	recording r;
	{
		TACHO_CPP_SCOPE("outside");
		const tacho_context outside = tacho_context_get();
		tacho::async_span job(TACHO_CPP_SITE("job"), tacho_context{});
		tacho::async_span part(TACHO_CPP_SITE("part"), job.context());
		{
			tacho::within its(part);
			TACHO_CPP_SCOPE("inside");
			tacho::within back(outside);
			TACHO_CPP_SCOPE("back outside");
		}
		TACHO_CPP_SCOPE("after");
	}
	assert_int_equal(r.only("job").depth, 0);
	assert_int_equal(r.only("part").depth, 1);
	assert_int_equal(r.only("inside").depth, 2);
	assert_int_equal(r.only("back outside").depth, 1);
	assert_int_equal(r.only("after").depth, 1);
}

void an_exception_is_no_business_of_theirs(void **)
{
	recording r;
	try {
		tacho::async_span job(TACHO_CPP_SITE("job"));
		tacho::within its(job);
		TACHO_CPP_SCOPE("step");
		throw 1;
	} catch (int) {
	}
	assert_false(r.only("job").failed);
	r.failed("step", "exception");
}

void without_recording_they_are_not_there(void **)
{
	tacho::async_span off(TACHO_CPP_SITE("off")), moved(std::move(off));
	tacho::within its(moved);
	moved.attr("text", "text").fail("why");
	assert_false(moved.recording() || moved.failed());
}

} // namespace

int main()
{
	const CMUnitTest tests[] = {
		cmocka_unit_test(moving_hands_a_span_over),
		cmocka_unit_test(another_thread_ends_it),
		cmocka_unit_test(what_is_current_is_put_back),
		cmocka_unit_test(an_exception_is_no_business_of_theirs),
		cmocka_unit_test(without_recording_they_are_not_there),
	};
	return cmocka_run_group_tests(tests, make_store, remove_store);
}
