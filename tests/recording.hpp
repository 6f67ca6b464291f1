/* SPDX-License-Identifier: MIT
 *
 * recording.hpp - what a test in C++ recorded, read back with session.h.
 */
#ifndef TESTS_RECORDING_HPP
#define TESTS_RECORDING_HPP

#include <cstdlib>
#include <string>
#include <tacho/session.h>
#include <tacho/tacho.hpp>
#include "base/test.h"

#undef fail /* cmocka has a macro of that name */

namespace
{

/* What one function recorded. */
class recording
{
public:
	recording()
	{
		tacho_config config = TACHO_CONFIG_INIT;
		config.no_observer = true;
		assert_int_equal(tacho_start(&config), 0);
		directory_ = tacho_session_directory();
	}
	~recording()
	{
		tacho_session_close(session_);
	}
	recording(const recording &) = delete;
	recording &operator=(const recording &) = delete;

	size_t count(const std::string &name)
	{
		return find(name, nullptr);
	}

	/* The span of that name; there is one. */
	tacho_session_span only(const std::string &name)
	{
		tacho_session_span found = TACHO_SESSION_SPAN_INIT;
		assert_int_equal(find(name, &found), 1);
		return found;
	}

	void failed(const std::string &name, const char *message)
	{
		const tacho_session_span span = only(name);
		assert_true(span.failed && !span.has_code);
		assert_string_equal(span.message, message);
	}

	tacho_session_attribute attribute(const std::string &name, const std::string &key)
	{
		const tacho_session_span span = only(name);
		tacho_session_attribute one = TACHO_SESSION_ATTRIBUTE_INIT;
		size_t at = 0;
		while (!tacho_session_next_attribute(&one, &span, &at))
			if (key == one.key)
				return one;
		print_error("%s has no %s\n", name.c_str(), key.c_str());
		_fail(__FILE__, __LINE__);
		return one;
	}

	void text(const char *key, const std::string &expected, const char *name = "attributes")
	{
		const tacho_session_attribute found = attribute(name, key);
		assert_int_equal(found.type, TACHO_SESSION_TEXT);
		assert_true(std::string(found.text, found.text_bytes) == expected);
	}
	void i64(const char *key, int64_t expected, const char *name = "attributes")
	{
		const tacho_session_attribute found = attribute(name, key);
		assert_int_equal(found.type, TACHO_SESSION_I64);
		assert_int_equal(found.i64, expected);
	}

private:
	size_t find(const std::string &name, tacho_session_span *found)
	{
		tacho_session_span one = TACHO_SESSION_SPAN_INIT;
		size_t at = 0, count = 0;
		open();
		while (!tacho_session_next_span(&one, session_, &at))
			if (name == one.name) {
				if (found)
					*found = one;
				count++;
			}
		return count;
	}

	void open()
	{
		if (session_)
			return;
		tacho_stop();
		assert_int_equal(tacho_session_open(&session_, directory_.c_str(), nullptr), 0);
	}

	std::string directory_;
	tacho_session *session_ = nullptr;
};

char store[] = "/tmp/tacho-cpp-XXXXXX";

int make_store(void **)
{
	unsetenv("TACHO_SESSION");
	return mkdtemp(store) ? setenv("TACHO_STORE", store, 1) : -1;
}

int remove_store(void **)
{
	return std::system(("rm -rf '" + std::string(store) + "'").c_str());
}

} // namespace

#endif
