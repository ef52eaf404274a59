"""Quadratic networks: gradient descent on a factor, the mean-field process, and steady states, as one would write them in NumPy.
Data are drawn when timed, and taken from the inputs when results are compared."""
import numpy as np


def _pack(d):
    i, j = np.triu_indices(d)
    return i, j, np.where(i == j, 1.0, np.sqrt(2))


def descent(inputs, params):
    """W <- W - eta Gamma W on n rows; errors at every step."""
    d, m, ms, n, T = (int(params[k]) for k in ('d', 'm', 'ms', 'n', 'T'))
    eta, lam, noise = params['eta'], params['lam'], params['noise']
    eigenvalues = inputs['eigenvalues']

    def run():
        if 'X' in inputs:
            X, xi, W = inputs['X'], inputs['xi'], inputs['W'] / np.sqrt(m)
        else:
            g = np.random.default_rng()
            X, xi, W = g.standard_normal((n, d)), g.standard_normal(n), g.standard_normal((d, m)) / np.sqrt(m)
        y = ((X * X) @ eigenvalues - eigenvalues.sum()) / np.sqrt(d) + np.sqrt(noise) * xi
        train, test = np.empty(T + 1), np.empty(T + 1)
        for k in range(T + 1):
            P = X @ W
            r = (np.einsum('ij,ij->i', P, P) - np.sum(W * W)) / np.sqrt(d) - y
            train[k] = r @ r / n
            Z = W @ W.T
            Z[np.diag_indices(d)] -= eigenvalues
            test[k] = 2 * np.sum(Z * Z) / d
            if k == T:
                break
            P *= r[:, None]
            W = W - eta * (lam * W + np.sqrt(d) / (2 * n) * (X.T @ P - r.sum() * W))
        return {'train': train, 'test': test}
    return run


def process(inputs, params):
    """The causal pass with joint probes; symmetric matrices packed, all replicas of a time in one row."""
    d, m, R, T = (int(params[k]) for k in ('d', 'm', 'R', 'T'))
    alpha, lam, noise, eta = (params[k] for k in ('alpha', 'lam', 'noise', 'eta'))
    eigenvalues = inputs['eigenvalues']
    p = d * (d + 1) // 2
    rows, cols, weight = _pack(d)
    half = 1 / weight

    def unpack(v):
        A = np.empty((R, d, d))
        A[:, rows, cols] = v.reshape(R, p) * half
        A[:, cols, rows] = A[:, rows, cols]
        return A

    def pack(A):
        return (A[:, rows, cols] * weight).ravel()

    def run():
        if 'W' in inputs:
            W = inputs['W'].reshape(R, d, m) / np.sqrt(m)
            draw_g = iter(inputs['innovations'].reshape(R, T, p).transpose(1, 0, 2))
            draw_p = iter(inputs['probes'].reshape(R, T, p).transpose(1, 0, 2))
        else:
            g = np.random.default_rng()
            W = g.standard_normal((R, d, m)) / np.sqrt(m)
            draw_g = draw_p = (g.standard_normal((R, p)) for _ in range(2 * T))
        scale = np.sqrt(2 / d)
        S, U, P, V = (np.zeros((T + 1, R * p)) for _ in range(4))
        G = np.zeros((T, R * p))
        C, K = np.zeros((T + 1, T + 1)), np.zeros((T + 1, T + 1))
        L = np.zeros((T, T))
        kept = []
        dW, dZ = np.zeros_like(W), np.zeros(R * p)
        train, test = np.empty(T + 1), np.empty(T + 1)
        star = np.diag(eigenvalues)
        eye = lam * np.eye(d)
        for k in range(T + 1):
            S[k] = pack(W @ W.transpose(0, 2, 1) - star)
            C[k, :k + 1] = C[:k + 1, k] = noise + 2 / (d * R) * (S[:k + 1] @ S[k])
            b = P[:k] @ dZ / (d * R * 2 * alpha)
            K[k, k] = 1
            K[k, :k] = b @ K[:k, :k]
            test[k] = C[k, k] - noise
            train[k] = K[k, :k + 1] @ C[:k + 1, :k + 1] @ K[k, :k + 1]
            if k == T:
                break
            row = np.zeros(len(kept) + 1)
            pivot = C[k, k] / (4 * alpha)
            for a, t in enumerate(kept):
                row[a] = (C[k, t] / (4 * alpha) - row[:a] @ L[a, :a]) / L[a, a]
                pivot -= row[a] ** 2
            fresh = scale * next(draw_g).ravel()
            U[k] = S[k] + row[:len(kept)] @ G[:len(kept)] + b @ U[:k]
            if pivot > 1e-8 * C[k, k] / (4 * alpha):
                row[-1] = np.sqrt(pivot)
                G[len(kept)] = fresh
                L[len(kept), :len(kept) + 1] = row
                kept.append(k)
                U[k] += row[-1] * fresh
            P[k] = scale * next(draw_p).ravel()
            V[k] = dZ + b @ V[:k]
            A = unpack(U[k]) + eye
            Wn = W - eta * (A @ W)
            dW = dW - eta * (A @ dW + unpack(P[k] + V[k]) @ W)
            W = Wn
            X = dW @ W.transpose(0, 2, 1)
            dZ = pack(X + X.transpose(0, 2, 1))
        return {'train': train, 'test': test}
    return run


# ---------------------------------------------------------------- steady states, all grid points of all states at once

def _y(x, s, c):
    """1/g(x + i0) in the bulk and in gaps: the root of y^3 + (1-c-x) y^2 + (s+cx) y - sc with largest imaginary part."""
    a2, a1, a0 = 1 - c - x, s + c * x, -s * c
    p = a1 - a2 * a2 / 3
    q = 2 * a2 ** 3 / 27 - a2 * a1 / 3 + a0
    D = (q / 2) ** 2 + (p / 3) ** 3
    A = -np.sign(q) * np.cbrt(np.abs(q) / 2 + np.sqrt(np.maximum(D, 0)))
    with np.errstate(divide='ignore', invalid='ignore'):
        B = np.where(A == 0, 0, -p / (3 * A))
    y = -0.5 * (A + B) - a2 / 3 + 1j * (np.sqrt(3) / 2) * np.abs(A - B)
    # Three real roots: outside the support. Take the one where z increases with y.
    phi = np.arccos(np.clip(-q / 2 / np.sqrt(np.maximum((-p / 3) ** 3, 1e-300)), -1, 1)) / 3
    m = 2 * np.sqrt(np.maximum(-p / 3, 0))
    best, slope = None, None
    for j in range(3):
        t = m * np.cos(phi - 2 * np.pi * j / 3) - a2 / 3
        with np.errstate(divide='ignore', invalid='ignore'):
            dz = 1 - s / t ** 2 - c / (t - c) ** 2
        if best is None:
            best, slope = t, dz
        else:
            best, slope = np.where(dz > slope, t, best), np.maximum(dz, slope)
    y = np.where(D > 0, y, best + 0j)
    for _ in range(2):
        f = ((y + a2) * y + a1) * y + a0
        df = (3 * y + 2 * a2) * y + a1
        with np.errstate(divide='ignore', invalid='ignore'):
            step = np.where(df == 0, 0, f / df)
        y = np.where(np.abs(step) < 0.5 * np.abs(y), y - step, y)
    return np.where(y.imag < 0, y.conj(), y)


def _moments(x, s, c):
    y = _y(x, s, c)
    g = 1 / y
    u = 1 - c * g
    lg = -1j * np.abs(np.angle(g))
    ia = -1j * np.abs(np.angle(u)) / c
    ia2, ia3 = 1 / (c * u), 1 / (2 * c * u ** 2)
    iag, ia2g, iag2 = (ia - g) / c, (ia2 - ia) / c, (ia - 2 * g - u ** 2 / (2 * c)) / c ** 2
    I1 = ia + s * g ** 2 / 2 + lg
    I2 = ia2 + s ** 2 * g ** 3 / 3 - 1 / g + 2 * s * iag + 2 * (lg + c * ia) + 2 * s * g
    I3 = (ia3 + s ** 3 * g ** 4 / 4 - 1 / (2 * g ** 2) + 3 * s * ia2g + 3 * (lg + c * ia + c * ia2) + 3 * s ** 2 * iag2
          + 1.5 * s ** 2 * g ** 2 + 3 * (-1 / g + c * lg + c ** 2 * ia) + 3 * s * lg + 6 * s * ia)
    J1 = iag + s * g ** 3 / 3 + g
    J2 = ia2g + s ** 2 * g ** 4 / 4 + lg + 2 * s * iag2 + 2 * ia + s * g ** 2
    return (np.imag(x * g - I1) / np.pi, np.imag(x ** 2 * g - I2) / (2 * np.pi), np.imag(x ** 3 * g - I3) / (3 * np.pi),
            np.imag(x * g ** 2 - 2 * J1) / np.pi, np.imag(x ** 2 * g ** 2 / 2 - J2) / np.pi)


def _edges(s, c):
    """Upper and lower end of the support by bisection of z'(y) = 0, on both outer branches."""
    def root(a, b, sign):
        for _ in range(60):
            y = (a + b) / 2
            above = s / y ** 2 + c / (y - c) ** 2 > 1
            a, b = np.where(above, y, a), np.where(above, b, y)
        y = (a + b) / 2
        return y + s / y + y / (y - c)
    top = root(c + np.sqrt(c), c + np.sqrt(c) + np.sqrt(s) + 1 + c, 1)
    low = root(-np.sqrt(s), -np.sqrt(s) - np.sqrt(c) - 1 - c, -1)
    return low, top


def _inner(delta, alpha, kappa, kstar, lam, noise):
    s, c = delta ** 2, 1 / kstar
    low, top = _edges(s, c)
    whole = (np.ones_like(s), np.ones_like(s), 1 + c + s, np.zeros_like(s), np.ones_like(s))

    def moments(x):
        inside = np.clip(x, low + 1e-13, top - 1e-13)
        return tuple(np.where(x >= top, 0, np.where(x <= low, w, v)) for w, v in zip(whole, _moments(inside, s, c)))

    a, b = low.copy(), top.copy()
    for _ in range(50):
        x = (a + b) / 2
        above = moments(x)[0] > kappa
        a, b = np.where(above, x, a), np.where(above, b, x)
    cut_k = np.where(kappa < 1, (a + b) / 2, -1.0)
    a, b = np.zeros_like(s), np.maximum(top, lam) + lam + 1
    for _ in range(52):
        tau = (a + b) / 2
        m = moments(np.maximum(tau, cut_k))
        F = m[4] - tau * m[3]
        above = tau * (1 - F / (2 * alpha)) > lam
        a, b = np.where(above, a, tau), np.where(above, tau, b)
    tau = (a + b) / 2
    M0, M1, M2, H0, H1 = moments(np.maximum(tau, cut_k))
    F = H1 - tau * H0
    mse = M2 - 2 * tau * M1 + tau ** 2 * M0 - 2 * (M2 - tau * M1) + 2 * s * F + 1 + c
    return 4 * alpha * s - 2 * mse - noise, mse, 4 * alpha * s * (lam / tau) ** 2 / 4 + lam * (M1 - tau * M0)


def steady(inputs, params):
    alpha, kappa, kstar, lam, noise = inputs['states'].T

    def run():
        top = 60 * np.sqrt((2 * (1 + 1 / kstar) + noise) / (4 * alpha))
        grid = 1e-4 * (top / 1e-4)[:, None] ** np.linspace(0, 1, 60)
        wide = tuple(np.repeat(v, 60) for v in (alpha, kappa, kstar, lam, noise))
        R = _inner(grid.ravel(), *wide)[0].reshape(grid.shape)
        state, at = np.nonzero(R[:, :-1] * R[:, 1:] <= 0)
        a, b = grid[state, at], grid[state, at + 1]
        rising = R[state, at] < 0
        own = tuple(v[state] for v in (alpha, kappa, kstar, lam, noise))
        for _ in range(45):
            x = (a + b) / 2
            below = (_inner(x, *own)[0] < 0) == rising
            a, b = np.where(below, x, a), np.where(below, b, x)
        _, mse, energy = _inner((a + b) / 2, *own)
        best, out = np.full(len(alpha), np.inf), np.empty(len(alpha))
        for i, e, v in zip(state, energy, mse):
            if e < best[i]:
                best[i], out[i] = e, 2 * v
        return out
    return run


OPS = {'quadratic-descent': descent, 'quadratic-process': process, 'quadratic-steady': steady}
