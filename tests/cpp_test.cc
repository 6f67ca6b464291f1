/* SPDX-License-Identifier: MIT
 *
 * tacho.hpp as programs use it: built as C++17 and as C++20, recorded, and read back with session.h.
 */
#include <array>
#include <climits>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <pthread.h>
#include <stdexcept>
#include <string>
#include <tacho/session.h>
#include <tacho/tacho.hpp>
#include <thread>
#include "recording.hpp"

static_assert(
	std::is_nothrow_constructible_v<tacho::span, tacho::site &> && std::is_nothrow_destructible_v<tacho::span>);
static_assert(!std::is_copy_constructible_v<tacho::span> && !std::is_move_constructible_v<tacho::span>);
static_assert(!std::is_copy_assignable_v<tacho::span> && !std::is_move_assignable_v<tacho::span>);
static_assert(!std::is_constructible_v<tacho::span, tacho::site>, "a site that is gone before its span");
static_assert(std::is_trivially_destructible_v<tacho::site> && std::is_trivially_destructible_v<tacho::cost_site>);
static_assert(
	!std::is_copy_constructible_v<tacho::cost_span> && !std::is_constructible_v<tacho::cost_span, tacho::site &>);
template <class Value, class = void> constexpr bool is_taken_by_c = false;
template <class Value>
constexpr bool is_taken_by_c<Value,
	std::void_t<decltype(tacho_span_attr(std::declval<tacho_span *>(), "k", std::declval<Value>())),
		decltype(tacho_async_attr(std::declval<tacho_async *>(), "k", std::declval<Value>()))>> = true;
static_assert(is_taken_by_c<const char *> && is_taken_by_c<char *> && is_taken_by_c<std::nullptr_t>);
static_assert(is_taken_by_c<long double> && is_taken_by_c<bool>);
static_assert(!is_taken_by_c<int *> && !is_taken_by_c<const void *>, "a pointer is no bool");
static_assert(noexcept(std::declval<tacho::span &>().attr("k", std::string())));
static_assert(noexcept(std::declval<tacho::span &>().attr("k", 1).attr("k", "text").attr("k", 1.5).attr("k", true)));
static_assert(noexcept(std::declval<tacho::span &>().fail(1, std::string_view())));
static_assert(noexcept(std::declval<tacho::span &>().fail(std::declval<const std::exception &>())));

namespace
{

enum plain { plain_value = 7 };
enum class narrow : unsigned char { value = 255 };
enum class wide : int64_t { value = INT64_MIN };

struct named {
	operator std::string_view() const noexcept
	{
		return "converted";
	}
};

void attributes_have_the_types_of_their_values(void **)
{
	recording r;
	{
		TACHO_CPP_SPAN(span, "attributes");
		const char *none = nullptr;
		char array[] = "array";
		const std::string whole = "whole text", nul("a\0b", 3);
		span.attr("literal", "literal").attr("array", array).attr("none", none).attr("string", whole);
		span.attr("part", std::string_view(whole).substr(0, 5))
			.attr("nul", nul)
			.attr("empty", std::string_view());
		span.attr("named", named());
		span.attr("short", short(-3)).attr("char", 'A').attr("unsigned", 4000000000u).attr("max", ULLONG_MAX);
		span.attr("plain", plain_value).attr("narrow", narrow::value).attr("wide", wide::value);
		span.attr("float", 0.5f)
			.attr("double", 0.1)
			.attr("long double", 0.25L)
			.attr("yes", true)
			.attr("no", false);
	}
	r.text("literal", "literal");
	r.text("array", "array");
	r.text("none", "");
	r.text("string", "whole text");
	r.text("part", "whole");
	r.text("nul", std::string("a\0b", 3));
	r.text("empty", "");
	r.text("named", "converted");
	r.i64("short", -3);
	r.i64("char", 'A');
	r.i64("unsigned", 4000000000);
	r.i64("max", -1);
	r.i64("plain", 7);
	r.i64("narrow", 255);
	r.i64("wide", INT64_MIN);
	assert_true(r.attribute("attributes", "float").f64 == 0.5 && r.attribute("attributes", "double").f64 == 0.1);
	assert_true(r.attribute("attributes", "long double").f64 == 0.25);
	assert_int_equal(r.attribute("attributes", "yes").type, TACHO_SESSION_BOOL);
	assert_true(r.attribute("attributes", "yes").i64 && !r.attribute("attributes", "no").i64);
}

void a_view_is_read_no_further_than_its_end(void **)
{
	recording r;
	auto unterminated = std::make_unique<std::array<char, 4>>(std::array<char, 4>{'a', 'b', 'c', 'd'});
	{
		TACHO_CPP_SPAN(span, "attributes");
		span.attr("view", std::string_view(unterminated->data(), 4));
		span.attr("long", std::string(1100, 'x'));
		TACHO_CPP_SPAN(failing, "failing");
		failing.fail(3, std::string_view(unterminated->data(), 4));
		TACHO_SPAN(c, "c");
		tacho_span_attr(&c, "string", std::string("of C"));
		tacho_span_attr(&c, "int", 4);
	}
	r.text("view", "abcd");
	r.text("long", std::string(1024, 'x'));
	assert_string_equal(r.only("failing").message, "abcd");
	assert_true(r.only("failing").has_code && r.only("failing").code == 3);
	assert_memory_equal(r.attribute("c", "string").text, "of C", 4);
	assert_int_equal(r.attribute("c", "int").i64, 4);
}

struct in_destructor {
	~in_destructor()
	{
		TACHO_CPP_SPAN(span, "in a destructor");
		try {
			TACHO_CPP_SPAN(inner, "thrown in it");
			throw std::runtime_error("not seen outside");
		} catch (const std::exception &) {
		}
	}
};

void an_exception_marks_what_it_leaves(void **)
{
	recording r;
	try {
		TACHO_CPP_SPAN(outer, "outer");
		{
			TACHO_CPP_SCOPE("before");
		}
		in_destructor object;
		TACHO_CPP_SPAN(inner, "inner");
		TACHO_CPP_SPAN(said, "said");
		said.fail(5, "its own reason");
		TACHO_CPP_SPAN(ended, "ended");
		ended.end();
		throw 42;
	} catch (int) {
		TACHO_CPP_SPAN(span, "in the handler");
	}
	{
		TACHO_CPP_SPAN(span, "caught inside");
		try {
			throw 42;
		} catch (int) {
		}
	}
	r.failed("outer", "exception");
	r.failed("inner", "exception");
	r.failed("thrown in it", "exception");
	assert_string_equal(r.only("said").message, "its own reason");
	assert_int_equal(r.only("said").code, 5);
	for (const char *name : {"before", "in a destructor", "ended", "in the handler", "caught inside"})
		assert_false(r.only(name).failed);
}

int &twice(int &n)
{
	n *= 2;
	return n;
}

void run_says_what_was_thrown(void **)
{
	recording r;
	static tacho::site own{"own"};
	int n = 4;
	assert_ptr_equal(&tacho::run(TACHO_CPP_SITE("reference"), [&]() -> int & { return twice(n); }), &n);
	assert_int_equal(n, 8);
	assert_int_equal(tacho::run(own, [](tacho::span &span) { return span.fail(-2); }), -2);
	tacho::run(TACHO_CPP_SITE("nothing"), [] {});
	auto unique = tacho::run(TACHO_CPP_SITE("moved"), [] { return std::make_unique<int>(3); });
	assert_int_equal(*unique, 3);

	std::string caught;
	try {
		tacho::run(TACHO_CPP_SITE("thrown"), [] { throw std::out_of_range("row 7"); });
	} catch (const std::out_of_range &exception) {
		caught = exception.what();
	}
	assert_string_equal(caught.c_str(), "row 7");
	try {
		tacho::run(TACHO_CPP_SITE("said first"), [](tacho::span &span) {
			span.fail("said first");
			throw std::out_of_range("row 8");
		});
	} catch (const std::logic_error &) {
	}
	try {
		tacho::run(TACHO_CPP_SITE("a number"), [] { throw 9; });
	} catch (int) {
	}
	for (int i = 0; i < 2; i++)
		try {
			throw i ? throw 9 : std::out_of_range("row 9");
		} catch (...) {
			if (i) {
				TACHO_CPP_SPAN(span, "caught number");
				span.fail_caught();
			} else {
				TACHO_CPP_SPAN(span, "caught");
				span.fail_caught();
			}
		}
	{
		TACHO_CPP_SPAN(span, "none caught");
		span.fail_caught();
	}
	r.failed("caught", "row 9");
	r.failed("caught number", "exception");
	r.failed("none caught", "exception");
	r.failed("thrown", "row 7");
	r.failed("said first", "said first");
	r.failed("a number", "exception");
	assert_int_equal(r.only("own").code, -2);
	for (const char *name : {"reference", "nothing", "moved"})
		assert_false(r.only(name).failed);
}

void *leaves_by_pthread_exit(void *)
{
	TACHO_CPP_SPAN(span, "left");
	struct caught {
		~caught()
		{
			TACHO_CPP_SPAN(inside, "inside");
			inside.fail_caught();
		}
	} object;
	tacho::run(TACHO_CPP_SITE("ran"), [] { pthread_exit(nullptr); });
	return nullptr;
}

void the_end_of_a_thread_is_no_failure(void **)
{
	recording r;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, nullptr, leaves_by_pthread_exit, nullptr), 0);
	pthread_join(thread, nullptr);
	assert_false(r.only("left").failed);
	assert_false(r.only("ran").failed);
	r.failed("inside", "exception");
}

void threads_count_their_own_exceptions(void **)
{
	recording r;
	try {
		struct beside {
			~beside()
			{
				std::thread([] { TACHO_CPP_SCOPE("beside"); }).join();
			}
		} at_the_throw;
		throw 1;
	} catch (int) {
	}
	std::thread([] {
		try {
			TACHO_CPP_SCOPE("thrown beside");
			throw 1;
		} catch (int) {
		}
	}).join();
	assert_false(r.only("beside").failed);
	r.failed("thrown beside", "exception");
}

template <class Type> tacho::span made(Type)
{
	static tacho::site place{"made"};
	return tacho::span(place);
}

struct connection {
	tacho::span lifetime{TACHO_CPP_SITE("connection")};
};

void spans_go_where_objects_go(void **)
{
	recording r;
	{
		const tacho::span span = made(1);
		assert_true(span.recording());
		connection member;
		member.lifetime.attr("peer", "::1");
		assert_true(member.lifetime.recording() && !member.lifetime.failed());
		member.lifetime.end();
		assert_false(member.lifetime.recording());
		member.lifetime.attr("late", 1).end();
		assert_int_equal(member.lifetime.fail(-1), -1);
		auto lambda = [](int depth, auto &self) -> int {
			TACHO_CPP_SCOPE("recursive");
			return depth ? self(depth - 1, self) : 0;
		};
		lambda(0, lambda);
	}
	assert_int_equal(r.only("connection").depth, 1);
	assert_int_equal(r.only("connection").attributes, 1);
	assert_false(r.only("connection").failed);
	assert_int_equal(r.only("recursive").depth, 1);
	assert_int_equal(r.only("made").depth, 0);
}

void a_cost_span_measures_itself(void **)
{
	recording r;
	{
		TACHO_CPP_COST_SPAN(span, "measured", true);
		span.attr("number", 7);
		const std::clock_t begin = std::clock();
		while (std::clock() - begin < CLOCKS_PER_SEC / 200)
			;
		span.end();
		assert_false(span.recording());
		span.attr("late", 1).end();
	}
	try {
		TACHO_CPP_COST("thrown");
		TACHO_CPP_COST_MEMORY("with memory");
		throw 1;
	} catch (int) {
	}
	static tacho::cost_site place{"by hand"};
	tacho::cost_span(place).fail(-3, "why");
	assert_true(r.attribute("measured", "cpu_ns").i64 >= 4000000);
	r.i64("number", 7, "measured");
	assert_int_equal(r.only("measured").attributes, 3); // and memory_bytes, which may be 0
	r.attribute("measured", "memory_bytes");
	r.failed("thrown", "exception");
	r.failed("with memory", "exception");
	assert_int_equal(r.only("thrown").attributes, 1);
	assert_int_equal(r.only("with memory").attributes, 2);
	assert_int_equal(r.only("by hand").code, -3);
	assert_string_equal(r.only("by hand").message, "why");
}

void without_recording_it_is_not_there(void **)
{
	assert_false(tacho_is_recording());
	TACHO_CPP_SPAN(span, "off");
	span.attr("text", std::string("text")).attr("number", 1);
	assert_false(span.recording() || span.failed());
	assert_int_equal(span.fail(4, "no"), 4);
	assert_int_equal(tacho::run(TACHO_CPP_SITE("off"), [] { return 5; }), 5);
	try {
		TACHO_CPP_SCOPE("off");
		TACHO_CPP_COST("off");
		throw 1;
	} catch (int) {
	}
}

} // namespace

int main()
{
	const CMUnitTest tests[] = {
		cmocka_unit_test(attributes_have_the_types_of_their_values),
		cmocka_unit_test(a_view_is_read_no_further_than_its_end),
		cmocka_unit_test(an_exception_marks_what_it_leaves),
		cmocka_unit_test(run_says_what_was_thrown),
		cmocka_unit_test(the_end_of_a_thread_is_no_failure),
		cmocka_unit_test(threads_count_their_own_exceptions),
		cmocka_unit_test(spans_go_where_objects_go),
		cmocka_unit_test(a_cost_span_measures_itself),
		cmocka_unit_test(without_recording_it_is_not_there),
	};
	return cmocka_run_group_tests(tests, make_store, remove_store);
}
