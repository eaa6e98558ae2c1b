#!/usr/bin/env python3
"""Archives of NumPy, beside the same numbers in `.json`: usage: generate.py [FOLDER]"""
import json, os, sys
import numpy as np

folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
i = np.arange(600)
arrays = {
    "x": np.round(np.sin(i) * 100).reshape(200, 3) / 8,
    "y": (i[:200] % 7).astype(np.int32),
    "z": np.asfortranarray((i[:12] ** 2).reshape(3, 4).astype(np.float32)),
    "zeros": np.zeros(5000),
}
np.savez(os.path.join(folder, "stored.npz"), **arrays)
np.savez_compressed(os.path.join(folder, "compressed.npz"), **arrays)
with open(os.path.join(folder, "arrays.json"), "w") as f:
    json.dump({k: v.astype(float).tolist() for k, v in arrays.items() if k != "zeros"}, f)
