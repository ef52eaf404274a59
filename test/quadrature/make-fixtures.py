# Writes fixtures.json: values that the tests of the quadrature kernels compare with. Gauss rules: Newton's method on
# scipy's nodes in mpmath at 60 digits, rounded to doubles. Sobol points: scipy.stats.qmc.Sobol, and its direction
# numbers expanded by Python integers. Python 3.11, mpmath 1.3, scipy 1.17:  python3 test/quadrature/make-fixtures.py
import json
import os
import pathlib
import sys

import mpmath as mp
import numpy as np
import scipy
from scipy import special, stats

mp.mp.dps = 60


def betas(family, n, parameter):
    if family == "hermite":
        return [mp.mpf(k) for k in range(n)]
    p = mp.mpf(parameter)
    return [mp.mpf(0), 1 / (2 * (1 + p))][:n] + [
        k * (k + 2 * p - 1) / (4 * (k + p) * (k + p - 1)) for k in range(2, n)
    ]


def monic(b, x):
    q, p, dq, dp = mp.mpf(0), mp.mpf(1), mp.mpf(0), mp.mpf(0)
    for beta in b:
        q, p, dq, dp = p, x * p - beta * q, dp, p + x * dp - beta * dq
    return p, dp, q


def scipy_nodes(family, n, parameter):
    if family == "hermite":
        return special.roots_hermitenorm(n)
    if family == "legendre":
        return special.roots_legendre(n)
    if parameter == 0:
        return special.roots_chebyt(n)
    return special.roots_gegenbauer(n, parameter)


worst = {}


def rule(family, n, parameter=0.5):
    guesses, their = scipy_nodes(family, n, parameter)
    their = their / their.sum() * (2 if family == "legendre" else 1)
    b = betas(family, n, parameter)
    h = mp.mpf(2 if family == "legendre" else 1)
    for beta in b[1:]:
        h *= beta
    upper = range(n // 2, n)
    chosen = list(upper) if n <= 64 else sorted(set([n // 2, n // 2 + 1, 5 * n // 8, 3 * n // 4, 7 * n // 8, n - 3, n - 2, n - 1]))
    nodes, weights = [], []
    for i in chosen:
        x = mp.mpf(float(guesses[i]))
        if n % 2 and i == n // 2:
            x = mp.mpf(0)
        for _ in range(4):
            p, dp, q = monic(b, x)
            x -= p / dp
        p, dp, q = monic(b, x)
        nodes.append(float(x))
        weights.append(float(h / (dp * q)))
        if their[i] > 1e-290:
            name = f"{family} {parameter}" if family == "gegenbauer" else family
            worst[name] = max(worst.get(name, 0), float(abs(their[i] / weights[-1] - 1)))
    return {"family": family, "n": n, "lambda": parameter, "from": chosen, "nodes": nodes, "weights": weights}


sizes = [1, 2, 3, 5, 10, 20, 64, 100, 200, 500, 2000]
rules = [rule("hermite", n) for n in sizes] + [rule("legendre", n) for n in sizes]
for parameter in (0, 0.7, 1, 9, 49, 499):
    rules += [rule("gegenbauer", n, parameter) for n in (1, 2, 3, 20, 64, 200)]

data = np.load(os.path.join(os.path.dirname(stats.__file__), "_sobol_direction_numbers.npz"))
polynomials, initial = data["poly"][:400].tolist(), data["vinit"][:400].tolist()


def directions(d):
    if d == 0:
        return [1 << (31 - k) for k in range(32)]
    degree = polynomials[d].bit_length() - 1
    m = initial[d][:degree]
    for k in range(degree, 32):
        new = m[k - degree] ^ (m[k - degree] << degree)
        for j in range(1, degree):
            if polynomials[d] >> (degree - j) & 1:
                new ^= m[k - j] << j
        m.append(new)
    return [m[k] << (31 - k) for k in range(32)]


def digits(v, i):
    gray, x = i ^ (i >> 1), 0
    for k in range(32):
        if gray >> k & 1:
            x ^= v[k]
    return x


def checksum(values):
    return sum(int(x) * (2 * i + 1) for i, x in enumerate(values)) % 2**32


points = (stats.qmc.Sobol(400, scramble=False, bits=32).random(1024) * 2**32).astype(np.uint64).T
far = 3_000_000_000
shown = [0, 1, 2, 9, 99, 399]
vs = [directions(d) for d in range(400)]
assert all(digits(vs[d], i) == points[d][i] for d in shown for i in range(64))

fixtures = {
    "provenance": f"make-fixtures.py, Python {sys.version.split()[0]}, mpmath {mp.__version__}, scipy {scipy.__version__}",
    "scipyWeightsDifferBy": worst,
    "rules": rules,
    "sobol": {
        "first": {str(d): points[d][:16].tolist() for d in shown},
        "checksums1024": [checksum(points[d]) for d in range(400)],
        "far": far,
        "farChecksums8": [checksum(digits(vs[d], far + i) for i in range(8)) for d in range(400)],
    },
}
pathlib.Path(__file__).with_name("fixtures.json").write_text(json.dumps(fixtures) + "\n")
print("scipy weights differ by", worst)
