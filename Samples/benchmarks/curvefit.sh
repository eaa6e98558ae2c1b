#!/bin/sh
# A fit of a NIST model from a start: `curvefit.sh ADC CASE TABLE b1,b2,…`, with the data as NIST
# publishes them: 60 lines of text, then y and x.
adc=$1
model=Samples/benchmarks/curvefit/$2.ad
data=$(mktemp "${TMPDIR:-/tmp}/adc-fit-XXXXXX.csv") || exit 1
trap 'rm -f "$data"' EXIT
awk 'NR == 1 { print "y,x" } NR > 60 && NF == 2 { print $1 "," $2 }' "$3" >"$data" || exit 1
starts=$4
set --
place=1
for value in $(echo "$starts" | tr , ' '); do
  set -- "$@" --set "b$place=$value"
  place=$((place + 1))
done
"$adc" bench "$model" --what fit --data "$data" "$@" --json
