#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho run` is transparent: a command under it behaves, and ends, as it does alone."""
# runs in: release asan

import os
import signal
import subprocess
import sys
import textwrap
import unittest

from tacho_case import COUNTER, TACHO, TachoCase, state_of, wait_until

ASPECTS = textwrap.dedent("""
    import os, re, resource
    status = open("/proc/self/status").read()
    print(re.findall("^(?:Sig[^Q]|Shd|Threads|Groups|NoNewPrivs|Cap).*$", status, re.M))
    print(sorted(os.listdir("/proc/self/fd")), os.umask(0), os.getcwd(), os.nice(0))
    print([resource.getrlimit(limit) for limit in range(16)])
    environment = dict(os.environ)
    environment.pop("TACHO_SESSION", None)
    print(sorted(environment.items()))
    print(os.getsid(0), os.getpgrp())
""")


class Statuses(TachoCase):
    def test_the_commands_own(self):
        for status in (0, 1, 2, 7, 125, 255):
            self.assertEqual(self.run_tacho("run", "-q", "--", "sh", "-c", f"exit {status}").returncode, status)

    def test_of_signals(self):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGABRT, signal.SIGPIPE):
            done = self.run_tacho("run", "-q", "--", "sh", "-c", f"ulimit -c 0; kill -{int(number)} $$")
            self.assertEqual(done.returncode, 128 + number)

    def test_of_what_cannot_be_run(self):
        plain = self.path("plain")
        with open(plain, "w") as file:
            file.write("no program\n")
        for command, status in (("no-such-command", 127), ("./no/such", 127), (plain, 126), ("/", 126)):
            done = self.run_tacho("run", "--", command)
            self.assertEqual(done.returncode, status)
            self.assert_one_line(done.stderr, f"tacho run: cannot run '{command}'")
        self.assertEqual(self.sessions(), [], "what did not run leaves no session")

    def test_of_a_missing_interpreter(self):
        script = self.script("#!/no/such/interpreter\n")
        done = self.run_tacho("run", "--", script)
        self.assertEqual(done.returncode, 127)
        self.assertIn(b"interpreter", done.stderr)

    def test_of_mistakes(self):
        for arguments in ([], ["--"], ["-x", "--", "true"], ["--interval", "0", "true"], ["--interval=x", "true"], ["-o"]):
            done = self.run_tacho("run", *arguments)
            self.assertEqual(done.returncode, 125, arguments)
            self.assert_one_line(done.stderr, "--help")
            self.assertEqual(done.stdout, b"")


class Transparency(TachoCase):
    def test_output_is_untouched(self):
        data = bytes(range(256)) * 4099
        done = self.run_tacho("run", "--", "cat", input=data)
        self.assertEqual(done.stdout, data)
        self.assertEqual(done.returncode, 0)
        done = self.run_tacho("run", "-q", "--", "sh", "-c", "printf error >&2", stdin=subprocess.DEVNULL)
        self.assertEqual((done.stdout, done.stderr), (b"", b"error"))

    def test_a_name_is_no_path(self):
        for name in ("a/b", "/", ""):
            done = self.run_tacho("run", "--name", name, "--", "touch", self.path("ran"))
            self.assertEqual(done.returncode, 125)
            self.assert_one_line(done.stderr, "-o says where")
            self.assertFalse(os.path.exists(self.path("ran")))
        self.assertEqual(self.sessions(), [])

    def test_the_report_names_the_session(self):
        done = self.run_tacho("run", "--", "true")
        self.assertIn(self.sessions()[0].encode(), done.stderr)
        self.assertEqual(done.stdout, b"")

    def test_nobody_reads_the_report(self):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([TACHO, "run", "--", "sh", "-c", "exit 3"], env=self.environment, stderr=writing)
        os.close(writing)
        self.assertEqual(done.returncode, 3)

    def aspects(self, *before, **how):
        return subprocess.run([*before, sys.executable, "-c", ASPECTS], env=self.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, check=True, **how).stdout.decode()

    def test_the_command_inherits_what_tacho_did(self):
        def odd():
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGCHLD, signal.SIGRTMIN + 3])
            for number in (signal.SIGINT, signal.SIGCHLD, signal.SIGPIPE, signal.SIGTSTP):
                signal.signal(number, signal.SIG_IGN)
            os.umask(0o27)
            os.nice(3)

        for how in ({}, {"preexec_fn": odd}, {"preexec_fn": odd, "restore_signals": False}):
            self.assertEqual(self.aspects(TACHO, "run", "-q", "--", **how), self.aspects(**how))

    def test_what_outlives_the_command_is_not_waited_for(self):
        done = self.run_tacho("run", "-q", "--", "sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo $!")
        os.kill(int(done.stdout), signal.SIGKILL)
        self.assertEqual(done.returncode, 0)

    def test_orphans_are_reaped_and_counted(self):
        done = self.run_tacho("run", "-q", "--", sys.executable, "-c", textwrap.dedent("""
            import os, time
            reading, writing = os.pipe()
            if os.fork() == 0:
                pid = os.fork()
                if pid:
                    os.write(writing, b"%d" % pid)
                    os._exit(0)
                while time.process_time() < 0.3:
                    pass
                os._exit(0)
            os.wait()
            orphan = int(os.read(reading, 20))
            while os.path.exists("/proc/%d" % orphan):
                time.sleep(0.01)
        """))
        self.assertEqual(done.returncode, 0)
        manifest = self.manifest(self.sessions()[0])
        self.assertGreaterEqual(int(manifest["user_ns"]) + int(manifest["system_ns"]), 300_000_000)

    def test_a_run_in_a_run_has_its_own_session(self):
        done = self.run_tacho("run", "-q", "--", TACHO, "run", "-q", "--name", "inner", "--", "sh", "-c", "echo $TACHO_SESSION")
        self.assertEqual(len(self.sessions()), 2)
        self.assertTrue(os.path.basename(done.stdout.decode()).startswith("inner-"))

    def test_a_stale_session_is_no_hindrance(self):
        done = self.run_tacho("run", "-q", "--", "true", extra={"TACHO_SESSION": "/nowhere/at/all"})
        self.assertEqual(done.returncode, 0)
        self.assertEqual(len(self.sessions()), 1)

    def test_progress_is_for_terminals(self):
        done = self.run_tacho("run", "-q", "--progress", "--", "sleep", "1.2")
        self.assertEqual(done.stderr, b"")


class Signals(TachoCase):
    def counter(self, names, **how):
        """A command that notes the signals it gets; ends when "end" is written into its log."""
        log = self.path("log")
        process = subprocess.Popen([TACHO, "run", "-q", "--", sys.executable, "-c", COUNTER, log, names],
                                   env=self.environment, **how)
        wait_until(lambda: "ready" in self.read(log))
        return process, log

    def end(self, process, log):
        with open(log, "a") as file:
            file.write("end\n")
        return process.wait()

    def test_what_is_sent_to_tacho_goes_on(self):
        names = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH", "SIGINT", "SIGQUIT", "SIGALRM"]
        process, log = self.counter(",".join(names))
        for name in names:
            process.send_signal(getattr(signal, name))
            wait_until(lambda: name in self.read(log))
        self.assertEqual(self.end(process, log), 42)
        self.assertEqual(self.read(log).split(), ["ready", *names, "end"], "each of them once")

    def test_a_signal_that_ends_the_command(self):
        process = subprocess.Popen([TACHO, "run", "-q", "--", "sh", "-c", "echo; exec sleep 1000"], env=self.environment,
                                   stdout=subprocess.PIPE)
        process.stdout.readline()
        process.terminate()
        self.assertEqual(process.wait(), 128 + signal.SIGTERM)
        process.stdout.close()
        manifest = self.manifest(self.sessions()[0])
        self.assertEqual((manifest["how"], manifest["status"]), ("2", "15"))

    def test_a_command_that_signals_its_group_gets_it_once(self):
        log = self.path("log")
        code = COUNTER.replace("os.write(log, b\"ready", "os.kill(0, signal.SIGUSR1); open(sys.argv[1], 'a').write('end'); "
                               "os.write(log, b\"ready")
        done = subprocess.run([TACHO, "run", "-q", "--", sys.executable, "-c", code, log, "SIGUSR1"],
                              env=self.environment, start_new_session=True)
        self.assertEqual(done.returncode, 42)
        self.assertEqual(self.read(log).count("SIGUSR1"), 1)

    def test_stop_and_continue_without_a_terminal(self):
        process, log = self.counter("SIGUSR1", start_new_session=True)
        command = self.child_of(process.pid)
        os.kill(command, signal.SIGSTOP)
        wait_until(lambda: state_of(command) == "T")
        self.assertNotEqual(state_of(process.pid), "T", "nobody could continue it")
        process.send_signal(signal.SIGCONT)
        wait_until(lambda: state_of(command) != "T")
        self.assertEqual(self.end(process, log), 42)


if __name__ == "__main__":
    unittest.main()
