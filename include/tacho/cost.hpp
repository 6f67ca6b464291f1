/* SPDX-License-Identifier: MIT
 *
 * cost.hpp - cost.h for C++: spans that measure what each of their calls cost.  Included by tacho.hpp.
 */
#ifndef TACHO_COST_HPP
#define TACHO_COST_HPP

#include <tacho/tacho.hpp>

namespace tacho
{

/* A place in the program whose spans measure CPU time, and growth of the process's memory if asked for.  Static storage, as a
 * site. */
struct cost_site : tacho_cost_site {
	constexpr explicit cost_site(const char *name_, bool with_memory = false) noexcept
	    : tacho_cost_site{{name_, 0, {0, 0}}, with_memory, nullptr, nullptr}
	{
	}
	cost_site(const cost_site &) = delete;
	cost_site &operator=(const cost_site &) = delete;
};

/* A span as tacho::span is, which measures besides what it cost: see cost.h.  In a child of a fork meanwhile it must not end:
 * leave such a child by _exit(). */
class cost_span : public detail::scoped<cost_span, tacho_cost>
{
public:
	explicit cost_span(cost_site &place) noexcept
	{
		tacho_cost_begin(&raw_, &place);
	}

	~cost_span() noexcept
	{
		mark_if_left_by_exception();
		tacho_cost_end(&raw_);
	}

	/* Ends it and its measurement now; what follows on it does nothing. */
	void end() noexcept
	{
		tacho_cost_end(&raw_);
	}
};

} // namespace tacho

/* A tacho::cost_span with a site of its own, until the end of the scope; the second measures memory too. */
#define TACHO_CPP_COST_SPAN(variable, ...) \
	static ::tacho::cost_site TACHO_JOIN(tacho_site_of_, variable){__VA_ARGS__}; \
	[[maybe_unused]] ::tacho::cost_span variable(TACHO_JOIN(tacho_site_of_, variable))
#define TACHO_CPP_COST(name) TACHO_CPP_COST_SPAN(TACHO_JOIN(tacho_cost_, __COUNTER__), name)
#define TACHO_CPP_COST_MEMORY(name) TACHO_CPP_COST_SPAN(TACHO_JOIN(tacho_cost_, __COUNTER__), name, true)

#endif
