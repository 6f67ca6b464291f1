$ tacho help report
tacho report - show what a session did, and what to do about it

Usage
    tacho report [OPTION...] [SESSION]

Description
    Shows a finished or a running session: how the command ended, what was
    found, the tree of its phases with count, total and own time, mean, median,
    95th percentile and failures, the spans that were open when it was killed,
    CPU, memory and disks over time, and the processes that used most.

    Findings come first, the gravest at the top, what is said of one span
    together: bottlenecks, what gets slower and since when, failures, what
    limited the run, durations that vary, what might run at the same time, what
    leaks or runs into a limit. Each says what to do about it; the word before
    each is its priority: how grave it is, a step less where it is less sure.
    --verbose adds the evidence, how sure it is, and what is of little weight.
    tacho explain NAME tells more of one span.

    SESSION is a directory or the name of a session in the store; without it
    the newest one is shown. The figures of all spans are exact or have an
    error below 0.3 %, whatever was kept of the single spans.

    The bar of a phase is its share of the runtime: full where the time was its
    own, light where it was spent in phases below it. A count of 3+1 says that
    one more span has not ended: its time so far is in total, self and the
    share, and in no other figure. Phases of several threads together may have
    more than 100 %, and in a time window spans do that began before it: they
    count whole where they end. Of a large tree the weightiest phases are shown
    and the others counted; --top 0 shows all, here as in every section.

    The critical path is what the ends of root spans waited for: of children
    that ran at the same time only the one that ended last. It is taken from
    the single spans that are at hand and scaled to all there were; the line
    below its heading says which. What it saves to make a span's own time less
    comes with an interval that 95 % of such sessions lie in, ones with as many
    root spans; there is none where a root was there but once. Where several
    root spans ran at the same time, as requests do, savings are of the run's
    time with as many of them at once as before.

    With --follow a running session is analysed again and again, in steps that
    take as long after a day as after a minute, and at most a twentieth of a
    core: a session of many names is shown anew less often than --every says.
    What is shown is always all of one moment. On a terminal it is drawn in
    place, Ctrl-C ends it and the session goes on; elsewhere it is a block of
    text, or a line of JSON, each time. When the session has ended, its report
    is printed.

Options
        --format FORMAT       text (as usual) or json.
    -w, --window DURATION     Only the last DURATION of the session: 500ms,
                              30s, 5m, 1h30m.
        --from TIME           Only what ended at TIME or later: since the
                              session began (90s, 1h5m), of the day (14:05,
                              14:05:30) or a date with it
                              (2026-11-20T14:05:30Z).
        --to TIME             Only what ended before TIME.
    -s, --span GLOB           Only spans whose name matches GLOB, such as
                              'db.*'.
    -m, --metric GLOB         Only metrics whose name matches GLOB, such as
                              'cache.*', with more of each.
        --kind KIND           Only spans and metrics of this kind: scope, async
                              or measured; counter, wait, gauge, event, time,
                              throughput, memory, ratio, percentage or custom.
                              Several have commas between.
        --source GLOB         Only metrics whose source matches GLOB; spans
                              have none and are left out.
        --last N              Only the last N spans of each name and the last N
                              values of each metric, as far as they are kept;
                              load, resources, CPU time of names and what
                              limited it are those of the time from the first
                              of these spans on.
        --sort ORDER          Order of the phases under each: first (when they
                              first began; as usual), total, self, mean, p95,
                              count, failed (by the share of spans that failed)
                              or name.
        --top N               At most N rows in each section: N spans or other
                              things with what was found of them, N phases
                              under each, those with the most of what --sort
                              says, N names, metrics, processes; 0: all, and
                              findings of little weight too. In JSON it bounds
                              the tree alone.
        --resources           Every reading of the machine and the processes,
                              with minimum, average, 95th percentile and
                              maximum, and why it is absent where it is.
    -v, --verbose             All findings, with the evidence for each and how
                              sure it is.
        --levels LEVELS       From where the run and its modules are yellow and
                              above what they are red, by their share of all
                              CPUs and by memory; 25%,50%,50MB,100MB as usual
                              (MB: 10^6 bytes, M and MiB: 2^20).
        --what-if NAME=F      What it would save, were the own time of NAME so
                              much of what it was: insert=0.5 is half, insert=0
                              none of it. Single spans that are at hand are
                              timed anew; repeatable, each by itself.
    -f, --follow              Show a running session until it ends: what was
                              found, the names that take most of the time and
                              the machine, again and again; without SESSION the
                              newest that runs. With --format json a line each
                              time. --what-if is answered each time, too;
                              --sort orders the names, which are by their time
                              as usual.
        --every DURATION      With --follow: how often; 2s as usual, 100ms at
                              least.
    -h, --help                Print this and exit.

Examples
    tacho report              the newest session
    tacho report --sort total --top 5
                              the five dearest of everything
    tacho report make-20261120-091549 --span 'link*'
                              one session, and of it what links
    tacho report --verbose    all findings, and why
    tacho report --resources  every reading of the machine and the processes
    tacho report --what-if insert=0.5
                              what it saves to make insert twice as fast
    tacho report --last 100 --kind scope
                              the last hundred spans of each name, without
                              async ones
    tacho report --window 5m  what ended in the last five minutes
    tacho report --follow     the newest session that runs, until it ends
    tacho report --format json | jq '.names[] | {name, p95_ns}'
                              for programs

Exit status
    0 when all went well, 2 when the arguments or the session are at fault; one
    line on standard error then says what and how to mend it.
