#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A short battery of dieharder over both generators in four orders: bench/random_battery.sh BUILD_FOLDER
# Prints one line for each test. The report is kept in docs/reference/randomness.md.
set -eu
stream=$1/bench/random_stream
for generator in ars4x32-5 philox4x32-10; do
  for order in lane digit step asset; do
    for test in 0 3 8 9 11 15 100 101 206 209; do
      printf '%s %s ' "$generator" "$order"
      "$stream" "$generator" "$order" | dieharder -g 200 -d "$test" -D test_name -D ntuple -D pvalues -D assessment \
        | tr -d ' ' | sed "s,|, ,g" | grep -v '^$' | tr '\n' ' '
      echo
    done
  done
done
