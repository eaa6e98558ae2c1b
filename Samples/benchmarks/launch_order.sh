#!/bin/sh
# The functions that short commands run, one name a line: `launch_order.sh ADC > Sources/adc/launch.order`,
# from the root of the project. The linker puts them side by side, so that a start reads a few pieces of
# the executable rather than a page here and a page there. A name that is gone does no harm, one that is
# missing costs a little: to be made anew now and then. Needs valgrind.
set -eu
adc=$1
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

awk 'BEGIN { print "x,y"; for (k = 0; k < 1000; k++) printf "%.6f,%.6f\n", k / 1000, 3 * k / 1000 + 2 }' \
  > "$folder/line.csv"

run() {
  valgrind --tool=callgrind --demangle=no --callgrind-out-file="$folder/profile" "$@" \
    > "$folder/output" 2>&1 || cat "$folder/output" >&2
  # A function has its name where it comes first, and a number behind it where it calls itself.
  sed -n "s/^c\{0,1\}fn=([0-9]*) \([^ ']*\)\('[0-9]*\)\{0,1\}$/\1/p" "$folder/profile"
}

{
  run "$adc" train Samples/benchmarks/linreg.ad --data "$folder/line.csv" --json
  run "$adc" check Samples/benchmarks/rosenbrock.ad
  run "$adc" diff 'x*exp(-x^2)' --at x=0.5
} | grep -v '^0x' | awk '!seen[$0]++'
