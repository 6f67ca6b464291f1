$ tacho
tacho - a flight recorder for the performance of programs

Usage
    tacho COMMAND [OPTION...] [ARGUMENT...]
    tacho help COMMAND
    tacho --help | --version

Description
    Records what a program does - the phases it marks, and the CPU and memory
    that it, the processes below it and the machine use - and keeps the record
    even when the program is killed.

Commands
    run                       run a command and record it
    attach                    observe a process that runs already
    span                      record a span around a command, from a shell
                              script
    report                    show what a session did, and what to do about it
    explain                   show everything that is known of one span
    diff                      say whether sessions differ from others, and how
                              sure that is
    check                     say whether a session stayed within budgets
    list                      list the sessions of the store, newest first
    history                   show a figure over past runs, and where it
                              changed
    prune                     remove old sessions from the store
    dump                      print every span that was kept, a line each
    export                    write a session as a file that other tools read
    import                    make a session of another tool's trace or of an
                              archive
    stats                     say what a series of numbers says, or whether two
                              differ
    config                    show the settings in force, and where each comes
                              from
    doctor                    show what can be measured here and what is
                              missing

Examples
    tacho run -- make -j8     record any command
    tacho report              look at it again
    tacho help report         all about a command

Environment
    TACHO_STORE               Where sessions lie; else $XDG_STATE_HOME/tacho,
                              else ~/.local/state/tacho.
    TACHO_SESSION             Set by run: the session that programs record
                              into.
    TACHO_LIVE                A tmpfs for what is being recorded, instead of
                              /dev/shm; "none": record into the session itself.
    TACHO_...                 Each setting that `tacho config` shows, its name
                              in capitals.
    NO_COLOR                  When set, no colours. There are none either with
                              TERM=dumb or away from a terminal.
    COLUMNS                   Width of reports; else the terminal's, else 100.
    LC_ALL, LC_CTYPE, LANG    Where they name no UTF-8, reports are drawn in
                              ASCII.

Exit status
    0                         All went well.
    1                         The answer is no: what a command was asked to
                              check does not hold.
    2                         The arguments or the session are at fault; one
                              line says what and how to mend it.
    run, span                 The status of the command they ran; 128 + N when
                              signal N ended it, 127 when there is no such
                              command, 126 when it cannot be executed, 125 when
                              tacho itself failed.
