"""Activations with first and second derivatives, a pass over the array for each operation; erf comes from SciPy."""
import numpy as np


def tanh(x):
    a = np.tanh(x)
    b = 1 - a * a
    return a, b, -2 * a * b


def logistic(x):
    from scipy.special import expit
    return expit(x)


def sigmoid(x):
    s = logistic(x)
    b = s * (1 - s)
    return s, b, b * (1 - 2 * s)


def density(x):
    return np.exp(-0.5 * x * x) * (2 * np.pi) ** -0.5


def erf_sqrt2(x):
    from scipy.special import erf
    b = 2 * density(x)
    return erf(x * 0.5 ** 0.5), b, -x * b


def gelu(x):
    from scipy.special import ndtr
    p, d = ndtr(x), density(x)
    return x * p, p + x * d, d * (2 - x * x)


def silu(x):
    s = logistic(x)
    b = s * (1 - s)
    return x * s, s + x * b, b * (2 + x * (1 - 2 * s))


def softplus(x):
    s = logistic(x)
    return np.logaddexp(0, x), s, s * (1 - s)


FORMS = {'tanh': tanh, 'sigmoid': sigmoid, 'erf(x/√2)': erf_sqrt2, 'gelu': gelu, 'silu': silu, 'softplus': softplus}


def activation(inputs, params):
    x, form = inputs['x'], FORMS[params['name']]
    form(x)
    return lambda: dict(zip(('value', 'first', 'second'), form(x)))


OPS = {'activation': activation}
