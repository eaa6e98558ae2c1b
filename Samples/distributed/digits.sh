#!/bin/sh
# Trains the digits network in two processes of this machine, by the program that adc writes for JAX,
# and compares the parameters with those of `adc train`.
#
#   ADC=.build/release/adc PYTHON=python3 Samples/distributed/digits.sh
#
# PYTHON has numpy and jax. The model is Samples/digits.ad with its rows in their order and none held
# back, so that both see the same batches.
set -eu
cd "$(dirname "$0")/../.."
adc=${ADC:-adc}
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed -e 's/^  validate .*$/  shuffle false/' -e "s|\"digits.csv\"|\"$PWD/Samples/digits.csv\"|" \
  Samples/digits.ad > "$work/digits.ad"
"$adc" emit "$work/digits.ad" --to jax --distributed -o "$work/digits.py"
# A step this short leaves the parameters as they are drawn.
"$adc" train "$work/digits.ad" --optimizer 'sgd(rate: 1e-300)' --steps 1 --save "$work/start.json" > /dev/null
"$adc" train "$work/digits.ad" --save "$work/end.json" > /dev/null
"$python" Samples/distributed/arrays.py pack "$work/start.json" Samples/digits.csv "$work/data.npz"

port=${PORT:-8476}
"$python" "$work/digits.py" "127.0.0.1:$port" 2 1 "$work/data.npz" "$work/result.npz" &
other=$!
"$python" "$work/digits.py" "127.0.0.1:$port" 2 0 "$work/data.npz" "$work/result.npz"
wait "$other"
"$python" Samples/distributed/arrays.py compare "$work/end.json" "$work/result.npz"
