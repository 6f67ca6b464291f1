$ t() { printf "$1" >x; shift; tacho stats "$@" x; }; t '1\n12 ms\n'; t '1,234\n'; t '1\n\n2\n'; t '1\nNaN\n'; t '1\n-inf\n'; t 'hello\n3\n'; t '1\nhello\n'; t ''; t 'a\0b'; t '1e999\n'; t '0e9\n1e-400\n'; t 'a,a\n1,2\n' --column a; t '1 2 3\n'; t 'rss,time\n1,2\n' --column rsss; t 'rss,time\n1,2\n' --column memory; t 'rss,time\n1,2\n' --column 3; t 'rss,time\n1\n' --column time; t 'rss,time\n1,2\n,3\n' --column rss; t 'rss,time\n1,2\n1,1\n' --column rss --time-column time; t '1\n' --column 0; tacho stats nowhere; tacho stats .; tacho stats x x x; tacho stats - -; tacho stats --format xml x; head -c 70000 /dev/zero | tr '\0' 7 | tacho stats; t '1\n' --unit ''; t 'rss,time\n1,2\n' --column rss --time-column time --leak --unit ms; t '1\n' --colum 1
tacho: x:2: "12 ms" has a unit: write the number alone, and --unit ms
tacho: x:1: "1,234" has a comma in it: write 1234.5, or choose a column with --column
tacho: x:2: this line is empty; take it out, so that it is plain that no value is missing
tacho: x:2: "NaN" is no value; leave such lines out
tacho: x:2: "-inf" is no value; leave such lines out
tacho: x:1: "hello" is no number; if it is a heading, give --column 1
tacho: x:2: "hello" is no number
tacho: x: there is no number in it
tacho: x:1: there is a byte 0 in this line: is it a text file?
tacho: x:1: 1e999 is larger than any number that is kept here
tacho: x:2: 1e-400 is nearer to 0 than any number that is kept here
tacho: x:1: 2 columns are named "a": say which by its number, from 1
tacho: x:1: "1 2 3" is more than one number; choose a column with --column
tacho: x:1: there is no column "rsss"; did you mean "rss"?
tacho: x:1: there is no column "memory" among "rss", "time"
tacho: x:1: this line has no column 3
tacho: x:2: this line has no column 2
tacho: x:3: there is no value in this column; leave such lines out
tacho: x:3: time goes back here, from 2 to 1; sort the lines by time
tacho: columns are counted from 1, and there is no column 0
tacho: cannot read nowhere: No such file or directory
tacho: cannot read .: Is a directory
tacho: stats takes one file, or two to compare, not "x" too (see tacho stats --help)
tacho: standard input can be only one of the two series (see tacho stats --help)
tacho: --format is text or json, not "xml" (see tacho stats --help)
tacho: standard input:1: this line has more than 65536 bytes: is it a text file?
tacho: --unit is empty: write what the values are in, such as ms or bytes, or leave it out
tacho: --leak looks at memory, which is not in ms: give the --unit it is in, such as KiB, or none (see tacho stats --help)
tacho: stats has no option --colum; did you mean --column? (see tacho stats --help)
[status 2]
