#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""R6.3: what `tacho export` writes for Prometheus, read by promtool, by the parsers of Prometheus' own Python client, and by a real server."""

import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

try:
    from prometheus_client import parser as text_parser
    from prometheus_client.openmetrics import parser as open_parser
except ImportError:
    if sys.executable != "/usr/bin/python3" and os.path.exists("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])  # Debian's package is for Debian's Python
    print("skipped: python3-prometheus-client is not installed")
    sys.exit(77)
if not shutil.which("promtool"):
    print("skipped: prometheus is not installed")
    sys.exit(77)

from export_test import ALIKE, FIXTURE, FIXTURES, NAMES, ExportCase, recorded
from tacho_case import wait_until

TYPES = {"prometheus": "text/plain; version=0.0.4; charset=utf-8", "openmetrics": "application/openmetrics-text; version=1.0.0; charset=utf-8"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Prometheus(ExportCase):
    def text(self, session, form, *options):
        return self.read(self.export(session, form, *options, name=f"{form}-{len(os.listdir(self.root))}"))

    def families(self, session, form):
        parse = open_parser if form == "openmetrics" else text_parser
        return list(parse.text_string_to_metric_families(self.text(session, form)))

    def everything(self):
        return self.record(os.path.join(FIXTURES, "everything_fixture"), name="everything")

    def test_promtool_has_nothing_to_say(self):
        for command in ([os.path.join(FIXTURES, "everything_fixture")], ["true"], [FIXTURE, "hostile"]):
            session = self.record(*command, name=f"s{len(os.listdir(self.root))}")
            text = self.text(session, "prometheus")
            own = "\n".join(line for line in text.splitlines() if line.removeprefix("# TYPE ").removeprefix("# HELP ").startswith(("tacho_", "process_")))
            done = subprocess.run(["promtool", "check", "metrics"], input=own + "\n", text=True, capture_output=True)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True)
            self.assertNotEqual(done.returncode, 1, done.stderr)  # 3: it would have given users' metrics other names

    def test_both_say_the_same_as_the_report(self):
        session = self.everything()
        report = self.report(session)
        for form in TYPES:
            families = self.families(session, form)
            names = [family.name for family in families]
            self.assertEqual(len(names), len(set(names)), "a family comes twice")
            samples = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value for family in families for sample in family.samples}
            for name in report["names"]:
                label = (("span", name["name"]),)
                self.assertEqual(samples["tacho_span_duration_seconds_count", label], name["count"])
                self.assertAlmostEqual(samples["tacho_span_duration_seconds_sum", label] * 1e9, name["total_ns"], delta=1)
                self.assertEqual(samples["tacho_span_failures_total", label], name["failed"])
                counts = [value for (metric, labels), value in samples.items() if metric == "tacho_span_duration_seconds_bucket" and label[0] in labels]
                self.assertEqual(counts, sorted(counts))
                self.assertEqual(counts[-1], name["count"])
            self.assertEqual(samples["cache_hits_total", ()], next(m["count"] for m in report["metrics"] if m["name"] == "cache.hits"))
            self.assertAlmostEqual(samples["lock_waits_seconds_total", ()] * 1e9, next(m["sum"] for m in report["metrics"] if m["name"] == "lock.waits"), 3)
            self.assertIn(("query_times_seconds", (("quantile", "0.95"),)), samples)
            self.assertIn(("process_cpu_seconds_total", ()), samples)

    def test_buckets_are_cut_where_ours_are(self):
        """What is below a bound is exactly what was recorded below it: all spans are at hand here."""
        session = self.record(FIXTURE, "many", "4000", extra={"TACHO_RING_RECORDS": "8192"})
        spans = [json.loads(line) for line in self.run_tacho("dump", "--format", "json", session).stdout.decode().splitlines()]
        family, = [family for family in self.families(session, "openmetrics") if family.name == "tacho_span_duration_seconds"]
        for sample in family.samples:
            if sample.name.endswith("_bucket") and sample.labels["le"] != "+Inf":
                below = sum(span["name"] == sample.labels["span"] and span["duration_ns"] / 1e9 <= float(sample.labels["le"]) for span in spans)
                self.assertEqual(sample.value, below, sample.labels)

    def test_exemplars_are_spans(self):
        session = self.record(FIXTURE, "many", "400")
        slowest = {span["id"]: span for span in self.report(session)["slowest"]}
        family, = [family for family in self.families(session, "openmetrics") if family.name == "tacho_span_duration_seconds"]
        exemplars = [(sample, sample.exemplar) for sample in family.samples if sample.exemplar]
        self.assertTrue(exemplars)
        for sample, exemplar in exemplars:
            span = slowest[exemplar.labels["span_id"]]
            self.assertEqual(span["name"], sample.labels["span"])
            self.assertAlmostEqual(exemplar.value * 1e9, span["duration_ns"], 3)
            self.assertLessEqual(exemplar.value, float(sample.labels["le"]))
        self.assertTrue(self.text(session, "openmetrics").endswith("# EOF\n"))

    def test_hostile_names(self):
        session = self.record(FIXTURE, "hostile")
        for form in TYPES:
            family, = [family for family in self.families(session, form) if family.name == "tacho_span_duration_seconds"]
            self.assertEqual(list(dict.fromkeys(sample.labels["span"] for sample in family.samples)), NAMES)

    def test_help_is_text(self):
        """Prometheus refuses all of an exposition that has a byte in it that is no UTF-8."""
        session = self.record(FIXTURE, "alike")
        for form in TYPES:
            families = self.families(session, form)
            self.assertLessEqual(set(ALIKE), {recorded(family.documentation) for family in families}, form)

    def test_names_that_become_one(self):
        session = self.record(FIXTURE, "metrics")
        for form in TYPES:  # nobody said the unit, but of a time it is known
            self.assertIn("\nbare_times_seconds_sum 1.5\n", self.text(session, form))
        for form in TYPES:
            families = {family.name: family for family in self.families(session, form)}
            of_total = [name for name in families if name.startswith("queue_jobs")]
            self.assertEqual(len(of_total), 3, of_total)  # queue.jobs, queue_jobs and a counter of that name
            values = sorted(sample.value for name in of_total for sample in families[name].samples)
            self.assertEqual(values, [1, 2, 3])
            self.assertIn("_0th_things", families)

    def test_names_hang_on_nothing_else(self):
        """Not on which comes first; only those that collide get a number, and one that has the name already keeps it."""
        found = []
        for order in "01":
            session = self.record(FIXTURE, "named", order, name=f"named{order}")
            for form in TYPES:
                names = {f"{family.name} {family.type}": family.documentation for family in self.families(session, form)}
                found.append({name: text for name, text in names.items() if not re.match("(tacho|process)_(?!session_info_)", name)})
                if form == "openmetrics":
                    self.assertEqual(found[-1], found[1])
                else:
                    self.assertEqual(found[-1], found[0])
        for names in found[:2]:
            names = [name.split()[0] for name in names]
            self.assertLessEqual({"session_info", "lat_sum", "http_requests", "big_counts", "temperatures_celsius"}, set(names))
            for mapped in ("tacho_session_info", "http_requests", "x", "x_created"):
                self.assertEqual(len([name for name in names if re.fullmatch(mapped + "_[0-9a-f]{8}", name)]), 1, mapped)

    def test_negative_values(self):
        """A summary of OpenMetrics may not have them: they are gauges there, of the same names."""
        session = self.record(FIXTURE, "named", "0")
        samples = [{(sample.name, sample.labels.get("quantile")): sample.value for family in self.families(session, form)
                    if family.name.startswith("temperatures_celsius") for sample in family.samples} for form in TYPES]
        self.assertEqual(samples[0], samples[1])
        self.assertEqual(samples[0]["temperatures_celsius_sum", None], -5)
        self.assertEqual(samples[0]["temperatures_celsius_count", None], 5)
        self.assertEqual(samples[0]["temperatures_celsius", "0.5"], -1)

    def test_counts_have_all_their_digits(self):
        session = self.record(FIXTURE, "named", "0")
        exact = str(2**53 + 1)
        for form in TYPES:
            self.assertIn(f"\nbig_counts_total {exact}\n", self.text(session, form))
        self.assertIn(f',{exact},', [line for line in self.read(os.path.join(self.export(session, "csv"), "metrics.csv")).splitlines() if line.startswith("big_counts")][0])
        metric, = [metric for metric in self.report(session)["metrics"] if metric["name"] == "big_counts"]
        self.assertEqual((str(metric["count"]), str(metric["sum"])), (exact, exact))
        points = [metric["sum"]["dataPoints"] for line in self.read(self.export(session, "otlp")).splitlines()
                  for resource in json.loads(line).get("resourceMetrics", []) for scope in resource["scopeMetrics"]
                  for metric in scope["metrics"] if metric["name"] == "big_counts"]
        self.assertEqual([point["asInt"] for point, in points], [exact])

    def test_help_is_of_what_is_written(self):
        for family in self.families(self.everything(), "openmetrics"):
            if family.type == "counter" and "per second" in family.documentation:
                self.assertIn("Here what it came to in all.", family.documentation)
            if family.name.startswith("tacho_") and family.name.endswith("_ratio"):
                self.assertIn("Here a ratio", family.documentation)
                self.assertTrue(all(sample.value <= 1 for sample in family.samples), family.name)

    def test_a_server_reads_it(self):
        texts = {form: self.text(self.everything() if form == "prometheus" else os.path.join(self.store, "everything"), form) for form in TYPES}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                form = self.path.strip("/")
                self.send_response(200)
                self.send_header("Content-Type", TYPES[form])
                self.end_headers()
                self.wfile.write(texts[form].encode())

            def log_message(self, *arguments):
                pass

        served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=served.serve_forever, daemon=True).start()
        self.addCleanup(served.server_close)
        self.addCleanup(served.shutdown)
        port = free_port()
        with open(self.path("prometheus.yml"), "w") as file:
            json.dump({"global": {"scrape_interval": "1s"}, "scrape_configs": [
                {"job_name": form, "metrics_path": f"/{form}", "static_configs": [{"targets": [f"127.0.0.1:{served.server_port}"]}]} for form in TYPES]}, file)
        server = subprocess.Popen(["prometheus", f"--config.file={self.path('prometheus.yml')}", f"--storage.tsdb.path={self.path('tsdb')}",
                                   f"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage"],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)

        def asked(query):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/query?query={urllib.parse.quote(query)}") as answer:
                    return {r["metric"]["job"]: float(r["value"][1]) for r in json.load(answer)["data"]["result"]}
            except (urllib.error.URLError, ConnectionError):
                self.assertIsNone(server.poll(), "the server ended")
                return {}

        wait_until(lambda: set(asked("up")) == set(TYPES) and "openmetrics" in asked('tacho_span_duration_seconds_count{span="load"}'))
        wait_until(lambda: asked('tacho_span_duration_seconds_count{span="load"}') == {form: 300 for form in TYPES})
        self.assertEqual(asked("up"), {form: 1 for form in TYPES})
        median = asked('histogram_quantile(0.5, tacho_span_duration_seconds_bucket{span="load"})')
        self.assertEqual(median["prometheus"], median["openmetrics"])


if __name__ == "__main__":
    unittest.main()
