#!/bin/sh
# `adc bench` of a model in a precision: `in_precision.sh ADC float64|float32 MODEL OPTIONS…`, where MODEL
# is the name of a file of this folder. Singles are what the model says with `precision single` in front.
adc=$1
model=Samples/benchmarks/$3.ad
if [ "$2" = float32 ]; then
  single=$(mktemp "${TMPDIR:-/tmp}/adc-single-XXXXXX.ad") || exit 1
  trap 'rm -f "$single"' EXIT
  { echo 'precision single' && cat "$model"; } >"$single" || exit 1
  model=$single
fi
shift 3
"$adc" bench "$model" "$@"
