#!/bin/sh
# The second derivatives, or their product with a direction: `second_order.sh ADC DATA CASE`.
case "$3" in
  rosenbrock-1000*)
    set -- "$1" "$3" Samples/benchmarks/rosenbrock.ad --set n=1000 \
      --input x=Samples/benchmarks/rosenbrock_1000.npy ;;
  *)
    set -- "$1" "$3" Samples/benchmarks/logreg_mean.ad --input X="$2/logreg1k_X.npy" \
      --input y="$2/logreg1k_y.npy" --input w=Samples/benchmarks/logreg_20.npy ;;
esac
adc=$1
what=${2##* }
shift 2
exec "$adc" bench "$@" --what "$what" --json
