/* SPDX-License-Identifier: MIT
 *
 * tacho.hpp - tacho.h with the manners of C++ (17 and later): spans that are objects, attributes whose types are
 * deduced, and exceptions that mark the spans they leave as failed.
 *
 *	#include <tacho/tacho.hpp>
 *
 *	picture load(const std::string &path)
 *	{
 *		TACHO_CPP_SPAN(span, "load");     // ends at every return and throw
 *		span.attr("path", path);
 *		...
 *	}
 *
 * All of tacho.h works beside it, its macros too.  Nothing here allocates, throws or takes a lock; compiled with
 * -DTACHO_DISABLE all of it is gone.  A span belongs to the thread that began it: docs/CPP.md says what that means for
 * coroutines and OpenMP.
 */
#ifndef TACHO_HPP
#define TACHO_HPP

#ifndef __cplusplus
#error "tacho.hpp is for C++; C includes <tacho/tacho.h>"
#endif

#include <cxxabi.h>
#include <exception>
#include <string_view>
#include <tacho/tacho.h>
#include <type_traits>
#include <utility>

namespace tacho
{

/* A place in the program that has a name.  Static storage: `static tacho::site decode{"decode"};` is initialised when
 * the program is compiled, in functions too.  The name must live as long. */
struct site : tacho_site {
	constexpr explicit site(const char *name_) noexcept : tacho_site{name_, 0, {0, 0}}
	{
	}
	site(const site &) = delete;
	site &operator=(const site &) = delete;
};

namespace detail
{

/* How many exceptions of this thread are on their way.  The runtime's counter lies where the C++ ABI for Itanium (2.2.2,
 * which gcc and clang follow on every machine) says; asked for once per thread, since std::uncaught_exceptions() would
 * add two calls to a span. */
#ifdef __cpp_exceptions
struct eh_globals {
	void *caught;
	unsigned int uncaught;
};
inline __thread const eh_globals *thread_exceptions __attribute__((tls_model("initial-exec")));

__attribute__((cold, noinline)) inline const eh_globals *find_thread_exceptions() noexcept
{
	thread_exceptions = reinterpret_cast<const eh_globals *>(abi::__cxa_get_globals());
	return thread_exceptions;
}

TACHO_INLINE unsigned int uncaught() noexcept
{
	if (TACHO_COMPILED_OUT)
		return 0;
	const eh_globals *exceptions = thread_exceptions;
	if (tacho_rare(!exceptions))
		exceptions = find_thread_exceptions();
	return exceptions->uncaught;
}
#else
constexpr unsigned int uncaught() noexcept
{
	return 0;
}
#endif

/* The calls of the C interface for one kind of span. */
template <class Span> struct calls;
#if !TACHO_COMPILED_OUT
template <> struct calls<tacho_span> {
	__attribute__((always_inline)) static void bytes(
		tacho_span *span, const char *key, const char *text, size_t text_bytes) noexcept
	{
		tacho_span_attr_string(span, key, tacho_text_bytes(key), text, text_bytes);
	}
	__attribute__((always_inline)) static void i64(tacho_span *span, const char *key, int64_t value) noexcept
	{
		tacho_attribute_i64(span, key, value);
	}
	__attribute__((always_inline)) static void f64(tacho_span *span, const char *key, double value) noexcept
	{
		tacho_attribute_f64(span, key, value);
	}
	__attribute__((always_inline)) static void boolean(tacho_span *span, const char *key, bool value) noexcept
	{
		tacho_attribute_bool(span, key, value);
	}
	static constexpr auto failed = tacho_span_failed_bytes;
};
#endif

template <class> inline constexpr bool is_attribute = false;

template <class Span, class Value> TACHO_INLINE void add(Span *span, const char *key, const Value &value) noexcept
{
	using call = calls<Span>;
	using plain = std::decay_t<const Value>;
	if constexpr (std::is_same_v<plain, bool>)
		call::boolean(span, key, value);
	else if constexpr (std::is_enum_v<plain>)
		call::i64(span, key, static_cast<int64_t>(static_cast<std::underlying_type_t<plain>>(value)));
	else if constexpr (std::is_integral_v<plain>)
		call::i64(span, key, static_cast<int64_t>(value));
	else if constexpr (std::is_floating_point_v<plain>)
		call::f64(span, key, static_cast<double>(value));
	else if constexpr (std::is_convertible_v<const Value &, const char *>) {
		const char *const text = value;
		call::bytes(span, key, text, text ? __builtin_strlen(text) : 0);
	} else if constexpr (std::is_convertible_v<const Value &, std::string_view>) {
		const std::string_view text = value;
		call::bytes(span, key, text.data(), text.size());
	} else
		static_assert(is_attribute<Value>,
			"an attribute is a text, an integer, an enum, a floating point number or a bool");
}

/* What all kinds of spans have.  Self: which kind it is; Span: what calls of tacho.h take; Raw: what holds it. */
template <class Self, class Span, class Raw = Span> class marks
{
public:
	/* Adds an attribute: std::string, std::string_view and what converts to it, char pointers (NULL is kept as ""),
	 * any integer or enum (modulo 2^64, as a signed number), floating point number or bool.  Limits are those of
	 * tacho_span_attr() and tacho_async_attr(). */
	template <class Value> __attribute__((always_inline)) Self &attr(const char *key, const Value &value) noexcept
	{
		if constexpr (!TACHO_COMPILED_OUT)
			if (recording())
				add(raw(), key, value);
		return static_cast<Self &>(*this);
	}

	/* Marks it as failed and returns the code, so that it can stand in a return statement.  A message is copied. */
	int fail(int code) noexcept
	{
		return fail(code, std::string_view());
	}
	int fail(int code, const char *message) noexcept
	{
		return fail(code, message ? std::string_view(message) : std::string_view());
	}
	int fail(int code, std::string_view message) noexcept
	{
		const int64_t wide = code;
		fail_with(&wide, message);
		return code;
	}

	/* The same without a code. */
	void fail(std::string_view message) noexcept
	{
		fail_with(nullptr, message);
	}
	void fail(const char *message) noexcept
	{
		fail(message ? std::string_view(message) : std::string_view());
	}
	void fail(const std::exception &exception) noexcept
	{
		fail(exception.what());
	}

	/* The reason is the exception that is being handled: for catch (...) and unhandled_exception(). */
	void fail_caught() noexcept
	{
#ifdef __cpp_exceptions
		if (!recording())
			return;
		if (!std::current_exception()) // none, or the end of a thread, which must not be thrown again
			return fail("exception");
		try {
			throw;
		} catch (const std::exception &exception) {
			fail(exception);
		} catch (...) {
			fail("exception");
		}
#else
		fail("exception");
#endif
	}

	/* Whether it is being recorded: false when recording is off, and after its end. */
	bool recording() const noexcept
	{
		return !TACHO_COMPILED_OUT && span_in(raw_).block;
	}

	/* Whether it was marked as failed. */
	bool failed() const noexcept
	{
		return recording() && span_in(raw_).tag & TACHO_TAG_FAILED;
	}

	/* For calls of tacho.h. */
	Span *raw() noexcept
	{
		return &span_in(raw_);
	}

	marks(const marks &) = delete;
	marks &operator=(const marks &) = delete;

protected:
	marks() noexcept = default;
	~marks() = default;

	void fail_with(const int64_t *code, std::string_view message) noexcept
	{
		if constexpr (!TACHO_COMPILED_OUT)
			if (recording())
				calls<Span>::failed(raw(), code, message.data(), message.size());
	}

	Raw raw_;

private:
	template <class Any> static constexpr auto &span_in(Any &raw) noexcept
	{
		if constexpr (std::is_same_v<Raw, Span>)
			return raw;
		else
			return raw.span;
	}
};

/* Those of one scope.  Left by an exception they failed; unless they were marked already the message is "exception", for what()
 * of one under way cannot be had: tacho::run() catches it for that. */
template <class Self, class Raw> class scoped : public marks<Self, tacho_span, Raw>
{
protected:
	__attribute__((always_inline)) scoped() noexcept : uncaught_(uncaught())
	{
	}
	~scoped() = default;

	/* First at its end. */
	__attribute__((always_inline)) void mark_if_left_by_exception() noexcept
	{
		if (tacho_rare(uncaught() > uncaught_))
			left_by_exception();
	}

private:
	__attribute__((cold, noinline)) void left_by_exception() noexcept
	{
		if (!this->failed())
			this->fail("exception");
	}

	unsigned int uncaught_;
};

} // namespace detail

/* A span as long as its scope.  It is neither copied nor moved, since it belongs to one scope and one thread; a function
 * may still return one it makes in its return statement. */
class span : public detail::scoped<span, tacho_span>
{
public:
	__attribute__((always_inline)) explicit span(site &place) noexcept
	{
		tacho_span_begin(&raw_, &place);
	}

	__attribute__((always_inline)) ~span() noexcept
	{
		mark_if_left_by_exception();
		tacho_span_end(&raw_);
	}

	/* Ends it now; what follows on it does nothing. */
	void end() noexcept
	{
		tacho_span_end(&raw_);
	}
};

namespace detail
{

template <class Function> TACHO_INLINE decltype(auto) call(Function &&function, span &in)
{
	if constexpr (std::is_invocable_v<Function, span &>)
		return std::forward<Function>(function)(in);
	else
		return std::forward<Function>(function)();
}

} // namespace detail

/* Calls function(span &) or function() inside a span and returns what it returns.  An exception marks the span as failed
 * with its what(), and passes on.  The end of a thread (pthread_exit, pthread_cancel) is no failure: it must not be
 * caught, since to throw it on counts as an exception. */
template <class Function> decltype(auto) run(site &place, Function &&function)
{
	span around{place};
#ifdef __cpp_exceptions
	try {
		return detail::call(std::forward<Function>(function), around);
	} catch (const std::exception &exception) {
		if (!around.failed())
			around.fail(exception);
		throw;
	}
#else
	return detail::call(std::forward<Function>(function), around);
#endif
}

} // namespace tacho

/* tacho_span_attr() for the spans of TACHO_SPAN takes std::string and std::string_view too. */
TACHO_INLINE void tacho_span_attr(struct tacho_span *span, const char *key, std::string_view value)
{
	if (!TACHO_COMPILED_OUT && span->block)
		tacho_span_attr_bytes(span, key, value.data(), value.size());
}

/* A site of its own wherever it stands, as an expression: tacho::run(TACHO_CPP_SITE("parse"), [&] { ... }); */
#define TACHO_CPP_SITE(name) \
	([]() noexcept -> ::tacho::site & { \
		static ::tacho::site site_here{name}; \
		return site_here; \
	}())

/* A tacho::span with a site of its own, until the end of the scope. */
#define TACHO_CPP_SPAN(variable, name) \
	static ::tacho::site TACHO_JOIN(tacho_site_of_, variable){name}; \
	[[maybe_unused]] ::tacho::span variable(TACHO_JOIN(tacho_site_of_, variable))

/* The same where the span needs no name of its own. */
#define TACHO_CPP_SCOPE(name) TACHO_CPP_SPAN(TACHO_JOIN(tacho_scope_, __COUNTER__), name)

#include <tacho/async.hpp>
#include <tacho/cost.hpp>

#endif
