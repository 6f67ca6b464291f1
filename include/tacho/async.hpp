/* SPDX-License-Identifier: MIT
 *
 * async.hpp - spans that move: begun in one thread and ended in another, overlapping, kept in jobs and coroutines.
 * Included by tacho.hpp; docs/CPP.md shows them in coroutines.
 */
#ifndef TACHO_ASYNC_HPP
#define TACHO_ASYNC_HPP

#include <tacho/tacho.hpp>

namespace tacho
{

namespace detail
{

template <> struct calls<tacho_async> {
	static constexpr auto bytes = tacho_async_attr_bytes;
	static constexpr auto i64 = tacho_async_attr_i64;
	static constexpr auto f64 = tacho_async_attr_f64;
	static constexpr auto boolean = tacho_async_attr_bool;
	static constexpr auto failed = tacho_async_failed_bytes;
};

} // namespace detail

/* A span that ends when its object does, on whatever thread; moving hands it over.  At any time it belongs to one thread:
 * handing it over is the program's to order, as for any object.  Exceptions don't mark it, since they belong to a
 * thread: call fail_caught() where they are caught. */
class async_span : public detail::marks<async_span, tacho_async>
{
public:
	/* None: to be assigned later. */
	async_span() noexcept
	{
		raw_.block = nullptr;
	}

	/* Begins below what is current on this thread, */
	explicit async_span(site &place) noexcept
	{
		tacho_async_begin(&raw_, &place, nullptr);
	}

	/* or below what is current elsewhere, or another async span: async_span::context(). */
	async_span(site &place, const tacho_context &parent) noexcept
	{
		tacho_async_begin(&raw_, &place, &parent);
	}

	async_span(async_span &&other) noexcept
	{
		take(other);
	}

	/* Ends the one it held. */
	async_span &operator=(async_span &&other) noexcept
	{
		if (this != &other) {
			end();
			take(other);
		}
		return *this;
	}

	~async_span() noexcept
	{
		end();
	}

	/* Ends it now; what follows on it does nothing. */
	void end() noexcept
	{
		tacho_async_end(&raw_);
	}

	/* What lies below it: for within, and a parent for others. */
	tacho_context context() const noexcept
	{
		return tacho_async_context(&raw_);
	}

private:
	void take(async_span &other) noexcept
	{
		if (other.recording())
			raw_ = other.raw_;
		else
			raw_.block = nullptr;
		other.raw_.block = nullptr;
	}
};

/* While it lives, spans begun on this thread lie below an async span, or below what was current elsewhere
 * (tacho_context_get()).  Spans begun inside it must end before it. */
class within
{
public:
	explicit within(const tacho_context &context) noexcept : before_(tacho_context_set(context))
	{
	}
	explicit within(const async_span &span) noexcept : within(span.context())
	{
	}
	~within() noexcept
	{
		tacho_context_set(before_);
	}
	within(const within &) = delete;
	within &operator=(const within &) = delete;

private:
	tacho_context before_;
};

} // namespace tacho

#endif
