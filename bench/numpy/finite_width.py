"""The jobs of the finite-width theory as a researcher would write them in NumPy: products by BLAS, loops over steps only.

Each program draws its own data when timed. Given ours (`inputs`), it uses it instead, so that its curves can be compared with ours.
Two-layer tanh networks, label sin(2 z) + noise. What a program returns is named as in the library's solutions.
"""

import numpy as np

LEVELS = np.array([0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95])
FREQUENCY = 2.0


def gauss_hermite(order):
    """Nodes and weights of the plane, for E over N(0, I_2)."""
    x, w = np.polynomial.hermite_e.hermegauss(order)
    w = w / w.sum()
    return np.stack(np.meshgrid(x, x, indexing="ij")).reshape(2, -1), np.outer(w, w).ravel()


class TestError:
    """E (sin(2 z) - w' tanh(u))^2 + noise over (z, u) ~ N(0, [[S, c'], [c, Q]]), the link given u in closed form."""

    def __init__(self, signal_variance, params):
        self.S = signal_variance
        self.noise = params["noiseVariance"]
        self.nodes, self.weights = gauss_hermite(int(params["order"]))
        self.square = 0.5 * (1 - np.exp(-2 * FREQUENCY**2 * signal_variance))

    def __call__(self, Q, c, w):
        values, vectors = np.linalg.eigh(Q)
        keep = values > 1e-13 * values[-1]
        root = vectors[:, keep] * np.sqrt(values[keep])
        direction = np.linalg.solve(np.diag(np.sqrt(values[keep])), vectors[:, keep].T @ c)
        nodes = self.nodes[: root.shape[1]]
        f = w @ np.tanh(root @ nodes)
        rest = max(0.0, self.S - direction @ direction)
        link = np.exp(-0.5 * FREQUENCY**2 * rest) * np.sin(FREQUENCY * (direction @ nodes))
        return self.square + self.weights @ (f * (f - 2 * link)) + self.noise


def record(out, t, train, test, w, Q, c, initial, S0):
    """Everything that a solution holds of one iterate; S0 = [mu W0]'[mu W0]."""
    s2, units = S0[0, 0], np.diag(S0)[1:]
    gains = np.linalg.solve(S0, np.column_stack([c, initial]).T).T
    out["trainError"][t] = train
    out["testError"][t] = test
    out["deepWeights"][t] = w
    out["firstLayerGram"][t] = Q
    out["signalCovariance"][t] = c
    out["signalOverlap"][t] = c / np.sqrt(s2 * np.diag(Q))
    out["initialOverlap"][t] = initial / np.sqrt(np.outer(np.diag(Q), units))
    out["signalGain"][t] = gains[:, 0]
    out["initialGain"][t] = gains[:, 1:]
    out["noiseGram"][t] = Q - gains @ S0 @ gains.T


def records(T, q):
    vector, matrix = (T + 1, q), (T + 1, q, q)
    shapes = dict(trainError=T + 1, testError=T + 1, deepWeights=vector, firstLayerGram=matrix, signalCovariance=vector,
                  signalOverlap=vector, initialOverlap=matrix, signalGain=vector, initialGain=matrix, noiseGram=matrix)
    return {name: np.empty(shape) for name, shape in shapes.items()}


def network(H, y, w):
    """Residual and first-layer signal of H (q x samples): f = w' tanh(H), g = r w (1 - tanh^2)."""
    A = np.tanh(H)
    r = w @ A - y
    P = A * A
    np.subtract(1.0, P, out=P)
    P *= w[:, None]
    return A, r, P


def simulate(inputs, params):
    """Full-batch gradient descent on drawn rows. form 'primal': two passes over X a step; 'dual': on K = X X'."""
    m, n, q, T = (int(params[name]) for name in ("m", "n", "q", "T"))
    dual = params["form"] == "dual"
    eta1, eta2 = params["eta1"], params["eta2"]
    noise_variance = params["noiseVariance"]
    mu, W0, w0 = inputs["mu"], inputs["W0"], inputs["deep"][:q]
    rng = np.random.default_rng(1)

    def run():
        if "X" in inputs:
            X, y = inputs["X"], inputs["y"]
        else:
            X = rng.standard_normal((m, n))
            y = np.sin(FREQUENCY * (X @ mu)) + np.sqrt(noise_variance) * rng.standard_normal(m)
        stack = np.vstack([mu, W0])
        S0 = stack @ stack.T
        test = TestError(S0[0, 0], params)
        out = records(T, q)
        W, w = W0.copy(), w0.copy()
        if dual:
            K = X @ X.T
            z, H0 = X @ mu, W0 @ X.T
            V = np.zeros((q, m))
        for t in range(T + 1):
            H = H0 - (V @ K) / m if dual else W @ X.T
            A, r, P = network(H, y, w)
            G = r * P
            if dual:
                before = V @ H0.T / m
                Q = S0[1:, 1:] - before - V @ H.T / m
                Q = 0.5 * (Q + Q.T)
                c = S0[0, 1:] - V @ z / m
                initial = S0[1:, 1:] - before
            else:
                Q, c, initial = W @ W.T, W @ mu, W @ W0.T
            record(out, t, r @ r / m, test(Q, c, w), w, Q, c, initial, S0)
            if t == T:
                break
            if dual:
                V += eta1 * G
            else:
                W -= (eta1 / m) * (G @ X)
            w = w - (eta2 / m) * (A @ r)
        if dual:
            W = W0 - (V @ X) / m
        out["firstLayerWeightQuantiles"] = np.quantile(np.sqrt(n) * W, LEVELS, axis=1)
        out["trainingPreactivationQuantiles"] = np.quantile(H, LEVELS, axis=1)
        return out

    return run


def overlaps_root(inputs):
    """Lower-triangular R0 with R0 R0' = S0."""
    stack = np.vstack([inputs["mu"], inputs["W0"]])
    S0 = stack @ stack.T
    return S0, np.linalg.cholesky(S0)


def first_layer_law(inputs, gains, noise_gram):
    """Quantiles (by bisection) and density of the mixture over inputs of N(mean_l, noise_jj)."""
    mu, W0 = inputs["mu"], inputs["W0"]
    n = mu.size
    means = np.sqrt(n) * (gains @ np.vstack([mu, W0]))
    deviation = np.sqrt(np.diag(noise_gram))
    grid = -4 + 0.1 * np.arange(81)
    quantiles, density = np.empty((LEVELS.size, len(gains))), np.empty((grid.size, len(gains)))
    for j, (row, sd) in enumerate(zip(means, deviation)):
        shifted = (grid[:, None] - row) / sd
        density[:, j] = np.exp(-0.5 * shifted * shifted).mean(axis=1) / (sd * np.sqrt(2 * np.pi))
        low, high = np.full(LEVELS.size, row.min() - 6 * sd), np.full(LEVELS.size, row.max() + 6 * sd)
        for _ in range(30):
            middle = 0.5 * (low + high)
            cdf = normal_cdf((middle[:, None] - row) / sd).mean(axis=1)
            low, high = np.where(cdf < LEVELS, middle, low), np.where(cdf < LEVELS, high, middle)
        quantiles[:, j] = 0.5 * (low + high)
    return quantiles, density


try:
    from scipy.special import ndtr as normal_cdf  # where SciPy is there
except ImportError:  # NumPy has no erf: one evaluation a number
    from math import erf
    _erf = np.vectorize(erf, otypes=[float])

    def normal_cdf(x):
        return 0.5 * (1 + _erf(x / np.sqrt(2)))


def projection(inputs, params):
    """State evolution in projection form. One orthonormal basis B of the span of e, zeta and g; Gram-Schmidt twice where once loses digits."""
    N, q, T = (int(params[name]) for name in ("N", "q", "T"))
    phi, eta1, eta2 = params["phi"], params["eta1"], params["eta2"]
    noise_variance, repetitions = params["noiseVariance"], int(params["repetitions"])
    given = "basis" in inputs
    rng = np.random.default_rng(1)

    def repetition():
        S0, R0 = overlaps_root(inputs)
        size = 1 + q
        e = (inputs["basis"] if given else rng.standard_normal(size * N)).reshape(size, N).copy()
        e -= e.mean(axis=1, keepdims=True)
        e = np.linalg.solve(np.linalg.cholesky(e @ e.T / N), e)
        noise = inputs["noise"] if given else np.sqrt(noise_variance) * rng.standard_normal(N)
        B = np.empty((size + 2 * q * T, N))
        B[:size] = e
        y = np.sin(FREQUENCY * (R0[0] @ e)) + noise
        test = TestError(S0[0, 0], params)
        out = records(T, q)
        w = inputs["deep"][:q].copy()
        a, u = R0[1:].copy(), np.zeros((q, 0))
        Gh = np.zeros((0, size + 2 * q * T))  # coordinates of gh_j in B
        zeta = np.zeros(0, dtype=int)  # rows of B that hold zeta_j
        for t in range(T + 1):
            k = size + 2 * q * t
            coordinates = np.zeros((q, k))
            coordinates[:, :size] = a
            coordinates[:, zeta] = u
            coordinates += (u / np.sqrt(phi)) @ Gh[:, :k]
            H = coordinates @ B[:k]
            A, r, P = network(H, y, w)
            N_t = u @ u.T
            Q, c = a @ a.T + N_t, a @ R0[0]
            record(out, t, r @ r / N, test(Q, c, w), w, Q, c, a @ R0[1:].T, S0)
            if t == T:
                break
            new = np.empty((2 * q, N))
            new[:q] = r * P
            raw = inputs["directions"][t * q * N:(t + 1) * q * N].reshape(q, N) if given else rng.standard_normal((q, N))
            new[q:] = raw
            size2 = np.einsum("ik,ik->i", new, new) / N
            C = new @ B[:k].T / N
            new -= C @ B[:k]
            if np.any(size2 - np.einsum("ik,ik->i", C, C) < 1e-4 * size2):  # only signals lose digits
                again = new[:q] @ B[:k].T / N
                new[:q] -= again @ B[:k]
                C[:q] += again
            # The 2q rests among themselves: first the signals, then the directions.
            L = np.linalg.cholesky(new @ new.T / N)
            B[k:k + 2 * q] = np.linalg.solve(L, new)
            g = np.zeros((q, k + 2 * q))  # coordinates of the signals
            g[:, :k], g[:, k:k + q] = C[:q], L[:q, :q]
            known = Gh[:, :k + 2 * q]
            kappa = g @ known.T
            rest = g - kappa @ known
            again = rest @ known.T
            rest -= again @ known
            kappa += again
            frame, upper = np.linalg.qr(rest.T)
            signs = np.sign(np.diag(upper))
            small = (signs[:, None] * upper).T
            added = np.zeros((q, Gh.shape[1]))
            added[:, :k + 2 * q] = (frame * signs).T
            Gh = np.vstack([Gh, added])
            a = a - eta1 * g[:, :size]
            u = np.hstack([u - eta1 * (kappa / np.sqrt(phi) + g[:, zeta]), -eta1 * small / np.sqrt(phi)])
            zeta = np.append(zeta, np.arange(k + q, k + 2 * q))
            w = w - (eta2 / N) * (A @ r)
        gains = np.column_stack([out["signalGain"][T], out["initialGain"][T]])
        quantiles, density = first_layer_law(inputs, gains, out["noiseGram"][T])
        out["firstLayerWeightQuantiles"], out["firstLayerWeightDensity"] = quantiles, density
        out["trainingPreactivationQuantiles"] = np.quantile(H, LEVELS, axis=1)
        return out

    def run():
        return mean_of([repetition() for _ in range(repetitions)])

    return run


def mean_of(outs):
    return {name: np.mean([out[name] for out in outs], axis=0) for name in outs[0]}


def append_rows(factor, rows, k):
    """The next rows of the Cholesky factor of a growing Gram matrix; one without a pivot opens no direction."""
    for i, row in enumerate(rows):
        size = k + i
        diagonal = np.diag(factor)[:size]
        alive = np.flatnonzero(diagonal > 0)
        left = np.linalg.solve(factor[np.ix_(alive, alive)], row[alive])
        factor[size, alive] = left
        pivot = row[size] - left @ left
        factor[size, size] = np.sqrt(pivot) if pivot > 1e-12 * row[size] else 0.0


def derivative(inputs, params):
    """State evolution in derivative form, Monte Carlo nodes: responses by the chain rule, one product for each pair of steps."""
    N, q, T = (int(params[name]) for name in ("N", "q", "T"))
    phi, eta1, eta2 = params["phi"], params["eta1"], params["eta2"]
    noise_variance, repetitions = params["noiseVariance"], int(params["repetitions"])
    given = "basis" in inputs
    rng = np.random.default_rng(1)

    def repetition():
        S0, R0 = overlaps_root(inputs)
        e = inputs["basis"].reshape(1 + q, N) if given else rng.standard_normal((1 + q, N))
        noise = inputs["noise"] if given else np.sqrt(noise_variance) * rng.standard_normal(N)
        zeta = inputs["directions"].reshape(q * T, N) if given else rng.standard_normal((q * T, N))
        signal = R0[0] @ e
        y = np.sin(FREQUENCY * signal) + noise
        slope = FREQUENCY * np.cos(FREQUENCY * signal)
        test = TestError(S0[0, 0], params)
        out = records(T, q)
        w = inputs["deep"][:q].copy()
        U, g = np.empty((q * (T + 1), N)), np.empty((q * T, N))
        U[:q] = R0[1:] @ e
        # D[s] holds rows (r - s, a), columns (b, sample); Dstar rows (r, a).
        D = [np.empty((q * (T - s), q * N)) for s in range(T)]
        Dstar = np.empty((q * T, N))
        tau = np.zeros((T, T, q, q))
        tau_star = np.zeros((T, q))
        C = np.zeros((T + 1, T + 1, q, q))
        rho = np.zeros((T + 1, T + 1, q, q))
        gram = np.zeros((q * T, q * T))
        factor = np.zeros((q * T, q * T))
        A_t = np.zeros((T + 1, q, 1 + q))  # [beta_t A_t]
        A_t[0, :, 1:] = np.eye(q)
        for t in range(T + 1):
            memory = rho[t, :t].transpose(1, 0, 2).reshape(q, q * t)
            H = U[q * t:q * (t + 1)] + memory @ g[:q * t]
            A, r, P = network(H, y, w)
            flat = C[t, :t].transpose(1, 0, 2).reshape(q, q * t)
            N_t = flat @ gram[:q * t, :q * t] @ flat.T
            gains = A_t[t]
            Q = gains @ S0 @ gains.T + N_t
            c = gains @ S0[0]
            record(out, t, r @ r / N, test(Q, c, w), w, Q, c, gains @ S0[:, 1:], S0)
            if t == T:
                break
            G = g[q * t:q * (t + 1)]
            np.multiply(r, P, out=G)
            J = P[:, None, :] * P[None, :, :]
            curvature = -2 * r * A * P  # r w s'', s'' = -2 s s'
            J[range(q), range(q)] += curvature
            for s in range(t):
                weights = rho[t, s:t].transpose(1, 0, 2).reshape(q, q * (t - s))
                off = (weights @ D[s][:q * (t - s)]).reshape(q, q, N)
                new = D[s][q * (t - s):q * (t - s + 1)].reshape(q, q, N)
                np.multiply(J[:, 0, None], off[0], out=new)
                for a in range(1, q):
                    new += J[:, a, None] * off[a]
                tau[t, s] = new.mean(axis=2)
            D[t][:q] = J.reshape(q, q * N)
            tau[t, t] = J.mean(axis=2)
            off = memory @ Dstar[:q * t]
            star = Dstar[q * t:q * (t + 1)]
            np.multiply(-slope, P, out=star)
            star += (J * off[None]).sum(axis=1)
            tau_star[t] = star.mean(axis=1)
            row = (G @ g[:q * (t + 1)].T) / (N * phi)
            gram[q * t:q * (t + 1), :q * (t + 1)] = row
            gram[:q * (t + 1), q * t:q * (t + 1)] = row.T
            k = q * t
            append_rows(factor, row, k)
            pull = tau[t, :t + 1].transpose(1, 0, 2).reshape(q, q * (t + 1))
            step = factor[k:k + q, :k + q] @ zeta[:k + q] + pull @ U[:k + q] + np.outer(tau_star[t], signal)
            U[q * (t + 1):q * (t + 2)] = U[q * t:q * (t + 1)] - eta1 * step
            A_t[t + 1] = A_t[t] - eta1 * np.einsum("sij,sjk->ik", tau[t, :t + 1], A_t[:t + 1])
            A_t[t + 1, :, 0] -= eta1 * tau_star[t]
            for s in range(t):
                C[t + 1, s] = C[t, s] - eta1 * np.einsum("rij,rjk->ik", tau[t, s + 1:t + 1], C[s + 1:t + 1, s])
            C[t + 1, t] = -eta1 * np.eye(q)
            rho[t + 1] = C[t + 1] / phi
            w = w - (eta2 / N) * (A @ r)
        quantiles, density = first_layer_law(inputs, A_t[T], out["noiseGram"][T])
        out["firstLayerWeightQuantiles"], out["firstLayerWeightDensity"] = quantiles, density
        out["signalResponse"], out["teacherResponse"], out["iterateResponse"], out["onsager"] = tau, tau_star, C, rho
        return out

    def run():
        return mean_of([repetition() for _ in range(repetitions)])

    return run


OPS = {"simulate": simulate, "projection": projection, "derivative": derivative}
