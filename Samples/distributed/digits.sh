#!/bin/sh
# Trains the digits network in two processes of this machine, by the programs that adc writes for JAX
# and for TensorFlow, and compares the parameters with those of `adc train`.
#
#   ADC=.build/release/adc PYTHON=python3 Samples/distributed/digits.sh [jax] [tensorflow]
#
# PYTHON has numpy and what is asked for, both where nothing is. The model is Samples/digits.ad with
# its rows in their order and none held back, so that all see the same batches. PORT is the first of
# two ports of the loopback address; a run that takes more than LIMIT seconds ends.
set -eu
cd "$(dirname "$0")/../.."
adc=${ADC:-adc}
python=${PYTHON:-python3}
port=${PORT:-8476}
limit=${LIMIT:-300}
work=$(mktemp -d)
other=
trap 'test -z "$other" || kill "$other" 2> /dev/null || true; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
test $# -gt 0 || set -- jax tensorflow

sed -e 's/^  validate .*$/  shuffle false/' -e "s|\"digits.csv\"|\"$PWD/Samples/digits.csv\"|" \
  Samples/digits.ad > "$work/digits.ad"
# A step this short leaves the parameters as they are drawn.
"$adc" train "$work/digits.ad" --optimizer 'sgd(rate: 1e-300)' --steps 1 --save "$work/start.json" > /dev/null
"$adc" train "$work/digits.ad" --save "$work/end.json" > /dev/null
"$python" Samples/distributed/arrays.py pack "$work/start.json" Samples/digits.csv "$work/data.npz"

# The process with a number.
process() {
  case $language in
  jax)
    exec timeout "$limit" "$python" "$work/for_jax.py" "127.0.0.1:$port" 2 "$1" \
      "$work/data.npz" "$work/result.npz" ;;
  tensorflow)
    workers="\"127.0.0.1:$port\", \"127.0.0.1:$((port + 1))\""
    TF_CONFIG="{\"cluster\": {\"worker\": [$workers]}, \"task\": {\"type\": \"worker\", \"index\": $1}}"
    export TF_CONFIG TF_CPP_MIN_LOG_LEVEL=2
    exec timeout "$limit" "$python" "$work/for_tensorflow.py" "$work/data.npz" "$work/result.npz" ;;
  esac
}

for language; do
  echo "$language"
  rm -f "$work/result.npz"
  "$adc" emit "$work/digits.ad" --to "$language" --distributed -o "$work/for_$language.py"
  process 1 > "$work/other.log" 2>&1 &
  other=$!
  (process 0) 2> "$work/log" || { cat "$work/log" "$work/other.log" >&2; exit 1; }
  wait "$other"
  other=
  "$python" Samples/distributed/arrays.py compare "$work/end.json" "$work/result.npz"
done
