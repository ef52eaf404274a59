"""Propagation of chaos as a NumPy program: blocks of rows through BLAS, polynomials in place by Horner's rule."""
import math

import numpy as np
from numpy.polynomial import legendre, polynomial

# Rows of the Gram matrix at once: 32, 64, 128 and 256 were tried.
ROWS = 128


def horner(out, x, a):
    """out = sum a_k x^k, in place."""
    if len(a) == 1:
        out[...] = a[0]
        return
    np.multiply(x, a[-1], out=out)
    out += a[-2]
    for value in a[-3::-1]:
        out *= x
        out += value


class Population:
    """Velocities of m particles, and the mean of Q over pairs where `values` is asked for."""

    def __init__(self, m, c, b):
        self.Q, self.T = c * c, b * c
        self.slope, self.pull = polynomial.polyder(self.Q), polynomial.polyder(self.T)
        rows = min(m, ROWS)
        self.G, self.H = np.empty((rows, m)), np.empty((rows, m))

    def __call__(self, W, values=False, velocity=True):
        m = len(W)
        sums, total = np.empty_like(W), 0.0
        for i in range(0, m, ROWS):
            rows = W[i:i + ROWS]
            G, H = self.G[:len(rows)], self.H[:len(rows)]
            np.matmul(rows, W.T, out=G)
            if values:
                horner(H, G, self.Q)
                total += H.sum()
            if velocity:
                horner(H, G, self.slope)
                np.matmul(H, W, out=sums[i:i + ROWS])
        if velocity:
            sums *= -1 / m
            sums[:, 0] += polynomial.polyval(W[:, 0], self.pull)
            sums -= np.einsum('ij,ij->i', sums, W)[:, None] * W
        return sums, total / m ** 2


def velocity(inputs, params):
    W = inputs['W']
    field = Population(len(W), inputs['c'], inputs['b'])

    def run():
        V, pairs = field(W, values=params['values'])
        return {'V': V, 'pairs': np.array([pairs])} if params['values'] else {'V': V}
    return run


def hermite(c, z):
    """Sum of c_k h_k at z and its derivative, the recurrence in place."""
    before, now, after = np.ones_like(z), z.copy(), np.empty_like(z)
    value = c[0] + c[1] * z
    slope = np.full_like(z, c[1])
    term = np.empty_like(z)
    for k in range(1, len(c) - 1):
        np.multiply(z, now, out=after)
        before *= math.sqrt(k)
        after -= before
        after *= 1 / math.sqrt(k + 1)
        np.multiply(after, c[k + 1], out=term)
        value += term
        np.multiply(now, math.sqrt(k + 1) * c[k + 1], out=term)
        slope += term
        before, now, after = now, after, before
    return value, slope


def data_velocity(inputs, params):
    W, X, y, c = inputs['W'], inputs['X'], inputs['y'], inputs['c']
    m, n = len(W), len(X)

    def run():
        V = np.zeros_like(W)
        for s in range(0, n, ROWS):
            x = X[s:s + ROWS]
            value, slope = hermite(c, W @ x.T)
            residual = y[s:s + ROWS] - value.mean(axis=0)
            V += slope @ (x * residual[:, None])
        V /= n
        V -= np.einsum('ij,ij->i', V, W)[:, None] * W
        return {'V': V}
    return run


def normalise(Y):
    return Y / np.sqrt(np.einsum('ij,ij->i', Y, Y))[:, None]


def zonal(d, a):
    """Coefficients of sum a_k t^k in Legendre polynomials of dimension d, and their values by recurrence."""
    series = np.zeros(len(a))
    for value in a[::-1]:
        following = np.zeros(len(a))
        following[0] = value
        following[1] += series[0]
        for l in range(1, len(a) - 1):
            following[l + 1] += series[l] * (l + d - 2) / (2 * l + d - 2)
            following[l - 1] += series[l] * l / (2 * l + d - 2)
        series = following
    return series


def zonal_values(d, degree, t):
    P = np.empty((degree + 1, len(t)))
    P[0], P[1] = 1, t
    for l in range(1, degree):
        P[l + 1] = ((2 * l + d - 2) * t * P[l] - l * P[l - 1]) / (l + d - 2)
    return P


def gauss_rule(d, count):
    """Nodes and weights of the overlap of a uniform point with an axis (Golub and Welsch)."""
    k = np.arange(1, count)
    off = np.sqrt(k * (k + d - 3) / ((2 * k + d - 2) * (2 * k + d - 4)))
    nodes, vectors = np.linalg.eigh(np.diag(off, 1) + np.diag(off, -1))
    return nodes, vectors[0] ** 2


def experiment(inputs, params):
    """The mean field and `replicas` networks coupled to it, measured every `every` steps; relu cut at `degree`."""
    d, m, steps, h, every = (params[name] for name in ('d', 'm', 'steps', 'h', 'every'))
    replicas, K, count = params['replicas'], params['degree'], params['nodes']
    starts = inputs.get('W')

    def run():
        c = np.zeros(K + 1)
        c[0], c[1] = 1 / math.sqrt(2 * math.pi), 0.5
        for k in range(2, K + 1, 2):
            odd = math.prod(range(k - 3, 0, -2))
            c[k] = (-1) ** (k // 2 - 1) * odd / math.sqrt(2 * math.pi * math.factorial(k))
        field = Population(m, c, c)
        lam = zonal(d, field.Q)
        kap = zonal(d, field.T)
        grow = np.array([l * (l + d - 2) / (d - 1) for l in range(1, K + 1)])
        nodes, weights = gauss_rule(d, count)
        moments = lambda a: zonal_values(d, K, a) @ weights
        force = lambda mom: ((kap - lam * mom)[1:] * grow)
        speed = lambda a, F: (1 - a * a) * (F @ zonal_values(d + 2, K - 1, a))
        rng = np.random.default_rng(1)
        sums = None
        for replica in range(replicas):
            start = rng.standard_normal((m, d)) if starts is None else starts[replica]
            W, nodes_now = normalise(start), nodes.copy()
            alpha = W[:, 0].copy()
            Z = W.copy()
            Z[:, 0] = 0
            Z = normalise(Z)
            rows = []
            for step in range(steps + 1):
                V = None
                if step % every == 0 or step == steps:
                    mom = moments(nodes_now)
                    V, pairs = field(W, values=True, velocity=step < steps)
                    partner = np.sqrt(1 - alpha ** 2)[:, None] * Z
                    partner[:, 0] = alpha
                    _, partner_pairs = field(partner, values=True, velocity=False)
                    own = zonal_values(d, K, W[:, 0]).mean(axis=1)
                    partners = zonal_values(d, K, alpha).mean(axis=1)
                    gap = pairs + lam @ (mom * (mom - 2 * own))
                    noise = partner_pairs + lam @ (mom * (mom - 2 * partners))
                    loss = 0.5 * (c @ c - 2 * kap @ own + pairs)
                    far = ((W - partner) ** 2).sum(axis=1)
                    rows.append([loss, m * gap, m * noise, m * far.mean(), math.sqrt(far.max())])
                if step == steps:
                    break
                # Runge-Kutta of nodes, partners and particles together.
                k1 = V if V is not None else field(W)[0]
                a, p, Y = nodes_now, alpha, W
                node_sum, partner_sum, sum_ = a.copy(), p.copy(), W + h / 6 * k1
                for stage in range(4):
                    F = force(moments(a))
                    da, dp = speed(a, F), speed(p, F)
                    share = h / 6 if stage in (0, 3) else h / 3
                    reach = h if stage == 2 else h / 2
                    node_sum += share * da
                    partner_sum += share * dp
                    if stage > 0:
                        Y = field(stage_rows)[0]
                        sum_ += share * Y
                    if stage < 3:
                        a = np.clip(nodes_now + reach * da, -1, 1)
                        p = np.clip(alpha + reach * dp, -1, 1)
                        stage_rows = normalise(W + reach * (k1 if stage == 0 else Y))
                nodes_now, alpha = np.clip(node_sum, -1, 1), np.clip(partner_sum, -1, 1)
                W = normalise(sum_)
            sums = np.array(rows) if sums is None else sums + np.array(rows)
        mean = sums / replicas
        names = ('loss', 'scaledGap', 'scaledNoise', 'scaledDisplacement', 'largestDisplacement')
        return {name: mean[:, i] for i, name in enumerate(names)}
    return run


OPS = {
    'population-velocity': velocity,
    'data-velocity': data_velocity,
    'propagation-experiment': experiment,
}
