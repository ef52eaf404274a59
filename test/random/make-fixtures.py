# Writes fixtures.json: values that the tests of the random kernels compare with, from implementations that share
# nothing with them. Python 3.11, mpmath 1.3, scipy 1.17:  python3 test/random/make-fixtures.py
import json
import pathlib
import sys

import mpmath as mp
from scipy import stats

MASK = 2**64 - 1


def rotate(x, k):
    return ((x << k) | (x >> (64 - k))) & MASK


def xoshiro(state):
    """xoshiro256++ 1.0 of D. Blackman and S. Vigna (2019), as published, on Python integers."""
    s = list(state)
    while True:
        yield (rotate((s[0] + s[3]) & MASK, 23) + s[0]) & MASK
        t = (s[1] << 17) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 45)


GAMMA = 0x9E3779B97F4A7C15


def split_mix(state):
    """One output of SplitMix64 (java.util.SplittableRandom), which first adds gamma to the state."""
    z = (state + GAMMA) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def seeded(key, label, index):
    words = [key[0] | key[1] << 32, key[2] | key[3] << 32, label | index << 32]
    state = []
    for j in range(4):
        h = (j + 1) * GAMMA & MASK
        for word in words:
            h = split_mix(h ^ word)
        state.append(h)
    return state


def first(state, n):
    generator = xoshiro(state)
    return [next(generator) for _ in range(n)]


def halves(words):
    return [half for word in words for half in (word & 0xFFFFFFFF, word >> 32)]


states = [[1, 2, 3, 4], [MASK, 0, 0x0123456789ABCDEF, 1], seeded([1, 2, 3, 4], 5, 6)]
keys = [
    ([0, 0, 0, 0], 0, 0),
    ([1, 2, 3, 4], 5, 6),
    ([0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 1], 0xFFFFFFFF, 0xFFFFFFFF),
]

mp.mp.dps = 40


def density(x):
    return mp.exp(-x * x / 2)


def tail(x):
    return mp.sqrt(mp.pi / 2) * mp.erfc(x / mp.sqrt(2))


def edges(r):
    area = r * density(r) + tail(r)
    xs = [r]
    for _ in range(254):
        height = density(xs[-1]) + area / xs[-1]
        if height >= 1:
            return None, height - 1
        xs.append(mp.sqrt(-2 * mp.log(height)))
    return xs, density(xs[-1]) + area / xs[-1] - 1


low, high = mp.mpf("3.6"), mp.mpf("3.7")
for _ in range(130):
    middle = (low + high) / 2
    if edges(middle)[1] > 0:
        low = middle
    else:
        high = middle
xs = edges(high)[0] + [mp.mpf(0)]
total = mp.sqrt(mp.pi / 2)
strips = [tail(xs[0]) / total] + [(tail(b) - tail(a)) / total for a, b in zip(xs, xs[1:])]
assert abs(sum(strips) - 1) < 1e-30



def ziggurat(generator, n):
    """Normal variates from words by the ziggurat as normal.ts describes it, but with mpmath's edges, exp and log.
    Yields those that did not come from a layer's core on the first word, and every 500th."""
    right = [(xs[0] * density(xs[0]) + tail(xs[0])) / density(xs[0])] + xs
    right = [float(x) for x in right]
    low = [None] + [density(x) for x in xs]

    def unit():
        return ((next(generator) >> 12) + 0.5) * 2.0**-52

    for i in range(n):
        first_word = True
        while True:
            word = next(generator)
            layer = word & 255
            signed = word - (1 << 64) if word >> 63 else word
            x = ((signed >> 11) + 0.5) * 2.0**-52 * right[layer]
            if abs(x) < right[layer + 1]:
                if not first_word or i % 500 == 0:
                    yield i, x
                break
            first_word = False
            if layer == 0:
                while True:
                    a = float(-mp.log(unit())) / right[1]
                    b = float(-mp.log(unit()))
                    if 2 * b > a * a:
                        break
                yield i, -(right[1] + a) if x < 0 else right[1] + a
                break
            if low[layer] + unit() * (low[layer + 1] - low[layer]) < density(mp.mpf(x)):
                yield i, x
                break


events = [list(pair) for pair in ziggurat(xoshiro(seeded([1, 2, 3, 4], 5, 6)), 40000)]
t = 3.7
fixtures = {
    "provenance": f"make-fixtures.py, Python {sys.version.split()[0]}, mpmath {mp.__version__}",
    "xoshiro": [{"state": halves(s), "words": halves(first(s, 20)), "word1000": halves(first(s, 1000)[-1:])} for s in states],
    "seeded": [{"key": k, "label": l, "index": i, "state": halves(seeded(k, l, i))} for k, l, i in keys],
    "ziggurat": {"edges": [float(x) for x in xs], "strips": [float(p) for p in strips]},
    "normals": {"n": 40000, "key": [1, 2, 3, 4], "label": 5, "index": 6, "values": events},
    "tails": {str(x): float(tail(x) / total) for x in (float(xs[0]), 4, 5)},
    "kolmogorovSmirnov": {"n": 200000, "level": 0.001, "critical": float(stats.kstwo.isf(0.001, 200000))},
    "chiSquare": {str(k): float(stats.chi2.isf(0.001, k)) for k in (5, 99, 119, 255, 399)},
    "student": {
        "degreesOfFreedom": t,
        "quantiles": [float(stats.t.ppf(k / 400, t) * ((t - 2) / t) ** 0.5) for k in range(1, 400)],
    },
}
pathlib.Path(__file__).with_name("fixtures.json").write_text(json.dumps(fixtures) + "\n")
