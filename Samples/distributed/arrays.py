"""Parameters of adc and rows of the digits as arrays of NumPy, and back beside each other."""

import json
import sys

import numpy as np


def parameters(path):
    """The arrays of a file that `adc train --save` wrote, by name."""
    with open(path) as file:
        entries = json.load(file)["parameters"]
    return {name: np.asarray(values, float) for name, values in entries.items()}


def pack(start, table, result):
    """First parameters and the columns of the table, as one file."""
    with open(table) as file:
        names = file.readline().strip().split(",")
    rows = np.genfromtxt(table, delimiter=",", skip_header=1)
    pixels = rows[:, [names.index(f"p{i}") for i in range(64)]]
    np.savez(result, pixels=pixels, digit=rows[:, names.index("label")], **parameters(start))


def compare(end, result):
    """How far two sets of parameters are apart; fails beyond 1e-9."""
    found, worst = np.load(result), 0.0
    for name, values in parameters(end).items():
        worst = max(worst, np.max(np.abs(values - found[name])))
    print(f"largest difference of a parameter: {worst:.2g}")
    sys.exit(int(worst > 1e-9))


if __name__ == "__main__":
    {"pack": pack, "compare": compare}[sys.argv[1]](*sys.argv[2:])
