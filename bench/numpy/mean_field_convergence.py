"""Mean-field convergence as a researcher would write it in NumPy: products by BLAS, loops over steps only."""
import numpy as np


def dual_step(inputs, params):
    """H + D G for one Euler step of relu neurons, in the numbers of `dtype`."""
    H, G, w, y, scales = (inputs[name].astype(params['dtype'], copy=False) for name in ('H', 'G', 'w', 'y', 'scales'))
    scales = scales[:, None]

    def run():
        active = H > 0
        zeta = w @ np.where(active, H, 0.0) - y
        D = np.where(active, scales * zeta, 0.0)
        return H + D @ G

    return run


def draw(params):
    """XOR rows, frozen erf features of mean square 1, neurons in pairs of opposite sign."""
    from math import erf
    rng = np.random.default_rng()
    n, tests, d, p, m = (int(params[name]) for name in ('n', 'tests', 'd', 'p', 'm'))
    X = rng.choice([-1.0, 1.0], (n + tests, d))
    try:
        from scipy.special import erf
    except ImportError:
        erf = np.vectorize(erf)
    U = erf(X @ rng.standard_normal((p, d)).T / np.sqrt(d)) / np.sqrt(p)
    U /= np.sqrt((U[:n] ** 2).sum() / n)
    y = X[:, 0] * X[:, 1]
    Z = np.tile(rng.standard_normal((m // 2, p)), (2, 1))
    return dict(U=U[:n], Ut=U[n:], Z=Z, y=y[:n], yt=y[n:])


def xor(inputs, params):
    """Gradient descent in the dual form until the loss is down to a share, then the test error, in the numbers of `dtype`."""
    theta, stop, time, dtype = (params[name] for name in ('theta', 'stop', 'time', 'dtype'))

    def run():
        data = inputs if inputs else draw(params)
        U, Ut, Z, y, yt = (data[name].astype(dtype, copy=False) for name in ('U', 'Ut', 'Z', 'y', 'yt'))
        m, n = len(Z), len(U)
        alpha = params['alpha']
        G = U @ U.T
        H = Z @ U.T
        A = np.zeros_like(H)
        eps = np.where(np.arange(m) < m // 2, 1.0, -1.0)
        w = (alpha / m * eps).astype(dtype)
        largest = np.linalg.eigvalsh(G)[-1]
        steps = int(np.ceil(time / (theta * n / largest) - 1e-9))
        eta = time / steps
        scales = (-eta / (alpha * n) * eps)[:, None].astype(dtype)
        first = None
        for _ in range(steps + 1):
            active = H > 0
            zeta = w @ np.where(active, H, 0.0) - y
            loss = zeta @ zeta / n
            first = loss if first is None else first
            if loss <= stop * first or _ == steps:
                break
            D = np.where(active, scales * zeta, 0.0)
            A += D
            H += D @ G
        Ht = Z @ Ut.T + A @ (U @ Ut.T)
        gap = w @ np.maximum(Ht, 0.0) - yt
        return np.array([loss, gap @ gap / len(yt)])

    return run


OPS = {'mean_field_dual_step': dual_step, 'mean_field_xor': xor}
