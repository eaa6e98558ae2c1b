#!/bin/sh
# Time and memory of `adc diff` by the length of a model: `long_models.sh ADC [OPERATIONS…]`.
# A line for each kind and length: seconds of the processor (user) and the most memory in MB, of the
# whole process, and both for one operation in microseconds and bytes. Needs GNU time.
#
# Two cores of an AMD EPYC, a release build, while other programs kept the machine busy (load 5):
#            10000 operations      1000000 operations, whole process
#   chain     5 us   3000 B each    4.1 us  1220 B each
#   mixed    26 us   4900 B         9.4 us  1470 B
#   wide      1 us   2200 B         0.9 us   380 B
#   terms     3 us   2700 B         2.6 us   770 B
#   product   6 us   4400 B         5.4 us  1170 B
# A process that does nothing takes 17 MB. Up to 20000 nodes alternatives are priced too, which the
# longer ones are spared.
adc=$1
shift
[ $# -gt 0 ] || set -- 10000 1000000
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

model() {
  awk -v kind="$1" -v n="$2" 'BEGIN {
    print "param x = 0.5\nparam y = 0.3"
    if (kind == "chain") {
      print "let a0 = x"
      for (k = 1; k <= n / 3; k++) printf "let a%d = sin(a%d)*a%d + 0.5\n", k, k - 1, k - 1
      printf "minimize a%d\n", k - 1
    } else if (kind == "mixed") {
      print "let a0 = x"
      split("sin(#)*# + 0.5|#/(# + 2) - y|exp(-#*y) + #|sqrt(#^2 + 1) - 0.3*#|tanh(# - y)*x|" \
        "log(#^2 + 1.5)/2|cos(#)^2*y + #|(# - x)*(# + y)", forms, "|")
      split("3 3 4 5 3 4 4 3", sizes, " ")
      while (total < n) {
        place = k++ % 8 + 1
        form = forms[place]
        gsub("#", "a" k - 1, form)
        printf "let a%d = %s\n", k, form
        total += sizes[place]
      }
      printf "minimize a%d\n", k
    } else if (kind == "wide") {
      printf "minimize 0"
      for (k = 0; k < n / 7; k++) printf " + x*1.0001 + 0.5 - x/3 + sin(x + %d)", k
      print ""
    } else if (kind == "terms") {
      printf "minimize 0"
      for (k = 0; k < n / 5; k++) printf " + exp(%g*x)*sin(%d*y)", k % 977 / 1000 + 0.001, k
      print ""
    } else {
      printf "minimize 1"
      for (k = 0; k < n / 4; k++) printf "*(1.5 + sin(x*%d))", k
      print ""
    }
  }'
}

for kind in chain mixed wide terms product; do
  for n in "$@"; do
    model $kind "$n" > "$folder/model.ad"
    command time -f '%U %M' -o "$folder/cost" "$adc" diff "$folder/model.ad" > "$folder/gradient.ad"
    awk -v kind=$kind -v n="$n" '{
      printf "%-8s %8d operations  %7.2f s  %6.0f MB  %6.2f us  %6.0f B each\n",
        kind, n, $1, $2 / 1000, $1 * 1e6 / n, $2 * 1000 / n
    }' "$folder/cost"
  done
done
