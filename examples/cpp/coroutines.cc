/* SPDX-License-Identifier: MIT
 *
 * coroutines.cc - spans in coroutines: an async span for the whole of each, scopes for what runs between two suspensions.
 */
#include <condition_variable>
#include <coroutine>
#include <cstdio>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <string>
#include <tacho/tacho.hpp>
#include <thread>
#include <vector>

static tacho::site request_site{"request"};

/* Runs what is to go on, on two threads: a coroutine may go on in another thread than the one it was suspended in. */
class runner
{
public:
	void add(std::coroutine_handle<> handle, const tacho::async_span &span)
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		ready_.push_back({handle, &span});
		changed_.notify_one();
	}

	void request_ended()
	{
		const std::lock_guard<std::mutex> lock(mutex_);
		left_--;
		changed_.notify_all();
	}

	void run(int requests)
	{
		left_ = requests;
		std::thread second([this] { work(); });
		work();
		second.join();
	}

private:
	struct step {
		std::coroutine_handle<> handle;
		const tacho::async_span *span;
	};

	static void go_on(const step &next)
	{
		tacho::within request(*next.span); // scopes lie below the request whose step this is
		next.handle.resume();
	}

	void work()
	{
		std::unique_lock<std::mutex> lock(mutex_);
		for (;;) {
			changed_.wait(lock, [this] { return !ready_.empty() || !left_; });
			if (ready_.empty())
				return;
			const step next = ready_.front();
			ready_.pop_front();
			lock.unlock();
			go_on(next);
			lock.lock();
		}
	}

	std::mutex mutex_;
	std::condition_variable changed_;
	std::deque<step> ready_;
	int left_ = 0;
};

static runner all;

/* A coroutine that is one request. */
struct request {
	struct promise_type {
		tacho::async_span span{request_site}; // as long as the coroutine

		request get_return_object()
		{
			all.add(std::coroutine_handle<promise_type>::from_promise(*this), span);
			return {};
		}
		std::suspend_always initial_suspend() noexcept
		{
			return {};
		}
		std::suspend_never final_suspend() noexcept
		{
			span.end();
			all.request_ended();
			return {};
		}
		void return_void() noexcept
		{
		}
		void unhandled_exception() noexcept
		{
			span.fail_caught();
		}
	};
};

/* Suspends; another thread may go on. */
struct later {
	bool await_ready() const noexcept
	{
		return false;
	}
	void await_suspend(std::coroutine_handle<request::promise_type> handle) const
	{
		all.add(handle, handle.promise().span);
	}
	void await_resume() const noexcept
	{
	}
};

static request serve(int number)
{
	std::string text;
	{
		TACHO_CPP_SPAN(span, "read"); // ends before the coroutine is suspended
		span.attr("number", number);
		text = std::to_string(number);
	}
	co_await later();
	{
		TACHO_CPP_SCOPE("compute");
		if (number == 7)
			throw std::runtime_error("seven is not served");
		text += " squared is " + std::to_string(number * number);
	}
	co_await later();
	TACHO_CPP_SCOPE("write"); // nothing is awaited after it
	std::puts(text.c_str());
}

int main()
{
	TACHO_CPP_SCOPE("main");
	for (int i = 0; i < 10; i++)
		serve(i);
	all.run(10);
	return 0;
}
