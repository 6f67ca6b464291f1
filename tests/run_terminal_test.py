#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tacho run` and `attach` in a terminal: Ctrl-C, Ctrl-Z and fg reach the command as they do without it, and once."""

import os
import pty
import signal
import subprocess
import sys
import unittest

from tacho_case import COUNTER, TACHO, TachoCase, state_of, wait_until


class Shell:
    """A session of its own with a terminal, in which one job runs in the foreground: what a shell does."""

    def __init__(self, case, command):
        self.status = case.path("status")
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            try:
                self.supervise(command, case.environment)
            finally:
                os._exit(99)

    def supervise(self, command, environment):
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        job = os.fork()
        if job == 0:
            os.setpgid(0, 0)
            os.tcsetpgrp(0, os.getpgrp())
            signal.signal(signal.SIGTTOU, signal.SIG_DFL)
            os.execve(command[0], command, environment)
        while True:
            _, status = os.waitpid(job, os.WUNTRACED)
            with open(self.status, "a") as file:
                if os.WIFSTOPPED(status):
                    file.write(f"stopped {os.WSTOPSIG(status)}\n")
                else:
                    file.write(f"exit {os.waitstatus_to_exitcode(status)}\n")
            if not os.WIFSTOPPED(status):
                os._exit(0)

    def type(self, text):
        os.write(self.terminal, text)

    def read_until(self, text):
        """What was written to the terminal up to now, which has this text in it."""
        seen = b""
        while text not in seen:
            seen += os.read(self.terminal, 4096)
        return seen

    def output(self):
        """All that was written to the terminal until the job's end."""
        text = b""
        try:
            while block := os.read(self.terminal, 4096):
                text += block
        except OSError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
        return text


class Terminal(TachoCase):
    def count(self, names):
        log = self.path("log")
        shell = Shell(self, [TACHO, "run", "-q", "--", sys.executable, "-c", COUNTER, log, names])
        wait_until(lambda: "ready" in self.read(log))
        return shell, log

    def job_of(self, shell):
        return self.child_of(shell.pid)

    def end(self, shell, log):
        with open(log, "a") as file:
            file.write("end\n")
        shell.output()
        return self.read(shell.status).splitlines()

    def test_control_c_comes_once(self):
        shell, log = self.count("SIGINT,SIGQUIT")
        shell.type(b"\x03")
        wait_until(lambda: "SIGINT" in self.read(log))
        shell.type(b"\x1c")
        wait_until(lambda: "SIGQUIT" in self.read(log))
        self.assertEqual(self.end(shell, log), ["exit 42"])
        self.assertEqual(self.read(log).split(), ["ready", "SIGINT", "SIGQUIT", "end"])

    def test_control_c_ends_a_command_that_takes_no_care(self):
        shell = Shell(self, [TACHO, "run", "--", "sh", "-c", "echo ready; exec sleep 1000"])
        os.read(shell.terminal, 5)
        shell.type(b"\x03")
        self.assertIn(self.sessions()[0].encode(), shell.output().replace(b"\r\n", b""))
        self.assertEqual(self.read(shell.status), f"exit {128 + signal.SIGINT}\n")

    def test_a_new_size_comes_once(self):
        import fcntl
        import struct
        import termios

        shell, log = self.count("SIGWINCH")
        fcntl.ioctl(shell.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 99, 0, 0))
        wait_until(lambda: "SIGWINCH" in self.read(log))
        self.assertEqual(self.end(shell, log), ["exit 42"])
        self.assertEqual(self.read(log).count("SIGWINCH"), 1)

    def stop(self, key_or_signal):
        shell, log = self.count("SIGUSR1,SIGCONT")
        job = self.job_of(shell)
        command = self.child_of(job)
        if isinstance(key_or_signal, bytes):
            shell.type(key_or_signal)
        else:
            os.kill(command, key_or_signal)
        wait_until(lambda: "stopped" in self.read(shell.status))
        self.assertEqual((state_of(job), state_of(command)), ("T", "T"))
        return shell, log, job, command

    def test_control_z_stops_both_and_fg_continues_them(self):
        shell, log, job, command = self.stop(b"\x1a")
        os.killpg(job, signal.SIGCONT)
        wait_until(lambda: "SIGCONT" in self.read(log))
        self.assertEqual(self.end(shell, log), [f"stopped {int(signal.SIGTSTP)}", "exit 42"])
        self.assertEqual(self.read(log).count("SIGCONT"), 1)

    def test_continuing_tacho_continues_the_command(self):
        for number in (signal.SIGSTOP, signal.SIGTSTP):
            with self.subTest(number):
                os.path.exists(self.path("log")) and os.unlink(self.path("log"))
                os.path.exists(self.path("status")) and os.unlink(self.path("status"))
                shell, log, job, command = self.stop(number)
                os.kill(job, signal.SIGCONT)
                wait_until(lambda: "SIGCONT" in self.read(log))
                self.assertEqual(self.end(shell, log), [f"stopped {int(number)}", "exit 42"])

    def test_stopped_twice(self):
        shell, log, job, command = self.stop(b"\x1a")
        os.killpg(job, signal.SIGCONT)
        wait_until(lambda: "SIGCONT" in self.read(log))
        shell.type(b"\x1a")
        wait_until(lambda: self.read(shell.status).count("stopped") == 2)
        os.killpg(job, signal.SIGCONT)
        self.assertEqual(self.end(shell, log)[-1], "exit 42")

    def test_the_terminal_is_the_commands(self):
        shell = Shell(self, [TACHO, "run", "-q", "--", "sh", "-c", "test -t 0 && test -t 1 && test -t 2 && read line && "
                             "echo \"<$line>\" && test \"$(ps -o tpgid= -p $$)\" -eq \"$(ps -o pgid= -p $$)\""])
        shell.type(b"words\n")
        self.assertIn(b"<words>", shell.output())
        self.assertEqual(self.read(shell.status), "exit 0\n")

    def test_a_lost_terminal_ends_the_command_of_the_sessions_leader(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(TACHO, [TACHO, "run", "-q", "--", "sh", "-c", "echo ready; exec sleep 1000"], self.environment)
        os.read(terminal, 5)
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 128 + signal.SIGHUP)

    def test_progress_is_one_line_that_goes(self):
        shell = Shell(self, [TACHO, "run", "-q", "--progress", "--", "sleep", "1.3"])
        output = shell.output()
        self.assertIn(b"recording", output)
        self.assertTrue(output.endswith(b"\r\x1b[K"), output)
        self.assertNotIn(b"\n", output)

    def test_attach_shows_progress_until_it_is_told_to_stop(self):
        observed = subprocess.Popen(["sleep", "1000"])
        self.addCleanup(observed.wait)
        self.addCleanup(observed.kill)
        shell = Shell(self, [TACHO, "attach", "-q", "--progress", str(observed.pid)])
        seen = shell.read_until(b"recording")
        shell.type(b"\x03")
        output = seen + shell.output()
        self.assertTrue(output.endswith(b"\r\x1b[K"), output)
        self.assertNotIn(b"\n", output)
        self.assertEqual(self.read(shell.status), "exit 0\n")
        self.assertIsNone(observed.poll())
        self.assertEqual(self.report(self.sessions()[0])["session"]["state"], "detached")

    def test_the_report_of_attach_stands_where_the_progress_was(self):
        observed = subprocess.Popen(["sleep", "1000"])
        self.addCleanup(observed.wait)
        shell = Shell(self, [TACHO, "attach", "--progress", str(observed.pid)])
        seen = shell.read_until(b"recording")
        observed.kill()
        output = seen + shell.output()
        line, gone, report = output.rpartition(b"\r\x1b[K")
        self.assertNotIn(b"\n", line)
        self.assertIn(b"ended while observed", report)


if __name__ == "__main__":
    unittest.main()
