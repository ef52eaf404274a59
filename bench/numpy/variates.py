"""Variates of NumPy's default generator."""
import numpy as np

SQRT3 = 3 ** 0.5


def variates(inputs, params):
    rng = np.random.default_rng(1)
    n, p = params['n'], params['parameter']

    def sparse():
        return (rng.random(n) < p) * (2 * rng.integers(0, 2, n) - 1) / p ** 0.5

    return {
        'uniform': lambda: rng.random(n),
        'normal': lambda: rng.standard_normal(n),
        'rademacher': lambda: 2.0 * rng.integers(0, 2, n) - 1,
        'uniform of variance 1': lambda: rng.uniform(-SQRT3, SQRT3, n),
        'student': lambda: rng.standard_t(p, n) * ((p - 2) / p) ** 0.5,
        'sparse': sparse,
        'exponential': lambda: rng.standard_exponential(n) - 1,
        'permutation': lambda: rng.permutation(n),
    }[params['distribution']]


OPS = {'variates': variates}
