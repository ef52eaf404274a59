"""Fits of finite-width networks (two layers, tanh, biases) as one would write them in NumPy: arrays of all rows, BLAS for
every product, no Python loop over rows. The equations are those of docs/theories/finite-width.md (O1-O3, T1-T8).

Each op is one job from the user's rows to the curve of the estimate and the weights at its lowest step.
inputs: features (m x n), labels (m), W1 (n x q), w2 (q). params: T, eta1, eta2, and head, folds where they apply.
"""

import numpy as np


def prepare(features, labels):
    """Columns standardised, a column of ones in front, labels standardised."""
    X = (features - features.mean(0)) / features.std(0)
    return np.hstack([np.ones((len(X), 1)), X]), (labels - labels.mean()) / labels.std(), labels.var()


class Network:
    """Weights of f = tanh(X W) w + b with all that one pass knows of every row."""

    def __init__(self, W1, w2):
        self.W = np.vstack([np.zeros((1, W1.shape[1])), W1])
        self.w = w2.copy()
        self.b = 0.0

    def passes(self, X, y):
        self.H = X @ self.W
        self.A = np.tanh(self.H)
        self.d = 1 - self.A**2
        self.f = self.A @ self.w + self.b
        self.r = self.f - y
        self.P = self.d * self.w
        self.G = self.r[:, None] * self.P

    def curvature_diagonal(self):
        """The diagonal second derivatives of f by the pre-activations."""
        return -2 * self.A * self.P

    def jacobian(self):
        """J = p p' + r diag(f''), (m, q, q)."""
        q = self.P.shape[1]
        J = self.P[:, :, None] * self.P[:, None, :]
        J[:, range(q), range(q)] += self.r[:, None] * self.curvature_diagonal()
        return J

    def step(self, X, eta1, eta2):
        m = len(X)
        dW, dw, db = X.T @ self.G, self.A.T @ self.r, self.r.sum()
        self.W -= eta1 / m * dW
        self.w -= eta2 / m * dw
        self.b -= eta2 / m * db

    def copy(self):
        return np.concatenate([self.W.ravel(), self.w, [self.b]])


def onsager(inputs, params):
    T, eta1, eta2 = int(params["T"]), params["eta1"], params["eta2"]

    def run():
        X, y, variance = prepare(inputs["features"], inputs["labels"])
        m, q = len(X), inputs["W1"].shape[1]
        phi = m / (X.shape[1] - 1)
        net = Network(inputs["W1"], inputs["w2"])
        signals = np.zeros((T * q, m))
        # D_{r,s} of all rows for s <= r < T: derivative[s] has a row for every (r, a), a column for every (b, row).
        derivative = [np.empty(((T - s) * q, q * m)) for s in range(T)]
        tau = np.zeros((T, T, q, q))
        C = np.zeros((T + 1, T, q, q))
        estimate = np.empty(T + 1)
        best = None
        for t in range(T + 1):
            net.passes(X, y)
            rho = C[t, :t] / phi  # (t, q, q)
            row = rho.transpose(1, 0, 2).reshape(q, t * q)
            corrected = net.H - (row @ signals[: t * q]).T
            f = np.tanh(corrected) @ net.w + net.b
            estimate[t] = np.mean((y - f) ** 2)
            if best is None or estimate[t] < best[0]:
                best = estimate[t], net.copy()
            if t == T:
                break
            signals[t * q : (t + 1) * q] = net.G.T
            J = np.ascontiguousarray(net.jacobian().transpose(1, 2, 0))  # (q, q, m)
            for s in range(t + 1):
                if s == t:
                    D = J
                else:
                    known = (t - s) * q
                    inner = (row[:, s * q :] @ derivative[s][:known]).reshape(q, q, m)
                    D = np.einsum("ack,cbk->abk", J, inner)
                derivative[s][(t - s) * q : (t - s + 1) * q] = D.reshape(q, q * m)
                tau[t, s] = D.mean(-1)
            # C_{t+1,s} = C_{t,s} - eta sum_r tau_{t,r} C_{r,s}, all s in one product.
            stacked = C[:t + 1, :t].transpose(0, 2, 1, 3).reshape((t + 1) * q, t * q)
            pull = tau[t, : t + 1].transpose(1, 0, 2).reshape(q, (t + 1) * q) @ stacked
            C[t + 1, :t] = C[t, :t] - eta1 * pull.reshape(q, t, q).transpose(1, 0, 2)
            C[t + 1, t] = -eta1 * np.eye(q)
            net.step(X, eta1, eta2)
        return {"estimate": estimate * variance, "weights": best[1]}

    return run


def principal_components(X, head):
    """Scores of the first components (head, m), and up to 16 classes of the others: eigenvalue and leverage of each row."""
    m = len(X)
    values, vectors = np.linalg.eigh(X.T @ X)
    values, scores = values[::-1] / m, (X @ vectors[:, ::-1]).T
    rank = int(np.sum(values > 1e-13 * values[0]))
    values, scores = values[:rank], scores[:rank]
    # Signs as the library has them: the power iteration for the sharpness starts from ones.
    scores *= np.sign(scores[np.arange(rank), np.abs(scores).argmax(1)])[:, None]
    head = min(head, rank)
    tail, rest = values[head:], scores[head:]
    if len(tail) == 0:
        return scores, np.zeros(0), np.zeros((0, m))
    if len(tail) <= 16:
        classes = np.arange(len(tail))
    else:
        edges = tail[0] * (tail[-1] / tail[0]) ** (np.arange(1, 16) / 16)
        classes = np.sum(tail[:, None] < edges, 1)
    groups = [classes == c for c in np.unique(classes)]
    eigenvalues = np.array([np.sum(tail[g] ** 2) / np.sum(tail[g]) for g in groups])
    return scores[:head], eigenvalues, np.array([np.sum(rest[g] ** 2, 0) for g in groups])


def leave_out_networks(X, y, W1, w2, masks, divisors, T, eta1, eta2, predicted):
    """Networks trained side by side, network b on the rows where masks[b] is 1; yields f[predicted] of every iterate."""
    copies, q = len(masks), W1.shape[1]
    W = np.tile(np.vstack([np.zeros((1, q)), W1]), (1, copies))  # (N, copies q)
    w = np.tile(w2, (copies, 1))
    b = np.zeros(copies)
    weights = (masks / divisors[:, None]).T  # (m, copies)
    for t in range(T + 1):
        A = np.tanh(X @ W).reshape(len(X), copies, q)
        f = np.einsum("kbq,bq->kb", A, w) + b
        yield f[predicted]
        if t == T:
            return
        r = (f - y[:, None]) * weights
        G = (r[:, :, None] * (1 - A**2) * w).reshape(len(X), copies * q)
        w = w - eta2 * np.einsum("kb,kbq->bq", r, A)
        b = b - eta2 * r.sum(0)
        W -= eta1 * (X.T @ G)


def tangent(inputs, params):
    T, eta1, eta2 = int(params["T"]), params["eta1"], params["eta2"]
    head = int(params["head"])

    def run():
        X, y, variance = prepare(inputs["features"], inputs["labels"])
        m, q = len(X), inputs["W1"].shape[1]
        scores, lambdas, leverage = principal_components(X[:, 1:], head)
        Z = np.vstack([np.ones(m), scores])  # (R, m)
        R, classes = len(Z), len(lambdas)
        p = q * R + q + 1
        rates = np.concatenate([np.full(q * R, eta1), np.full(q + 1, eta2)])
        root = np.sqrt(rates)
        net = Network(inputs["W1"], inputs["w2"])
        S = np.zeros((p, m))  # shifts: units by components, then w and b
        e = np.zeros((q, classes, m))
        vector = np.ones(p)
        left_out, outputs, nets = np.empty((T + 1, m)), np.empty((T + 1, m)), []
        sharpness = np.empty(T + 1)
        for t in range(T + 1):
            net.passes(X, y)
            nets.append(net.copy())
            head_shift = S[: q * R].reshape(q, R, m)
            uh = np.einsum("rk,ark->ak", Z, head_shift)
            ut = np.einsum("ck,ack->ak", leverage, e)
            deep = S[q * R :]
            A = np.tanh(net.H.T + uh + ut)
            left_out[t] = np.einsum("ak,ak->k", A, net.w[:, None] + deep[:q]) + net.b + deep[q]
            outputs[t] = net.f
            # Curvature: K = (1/m) (D D' + [Z diag(r f'') Z' on the diagonal blocks]).
            P, Hf = net.P.T, net.curvature_diagonal().T
            D = np.empty((p, m))
            np.multiply(P[:, None], Z, out=D[: q * R].reshape(q, R, m))
            Dd = D[q * R :]
            Dd[:q] = net.A.T
            Dd[q] = 1
            K = D @ D.T
            for a in range(q):
                block = slice(a * R, (a + 1) * R)
                K[block, block] += (Z * (net.r * Hf[a])) @ Z.T
            K /= m
            for _ in range(20 if t == 0 else 3):
                product = root * (K @ (root * vector))
                sharpness[t] = np.linalg.norm(product)
                vector = product / sharpness[t]
            if t == T:
                break
            c = net.r + np.einsum("dk,dk->k", Dd, deep) + np.einsum("ak,ak->k", P, uh)
            mean_J = P @ P.T / m + np.diag(Hf @ net.r / m)
            own = P * c + net.r * Hf * uh + mean_J @ ut
            own_tail = net.r * P + mean_J @ (uh + ut)
            S -= rates[:, None] * (K @ S)
            head_shift += (eta1 / m) * (Z * own[:, None])
            deep += (eta2 / m) * Dd * c
            if classes:
                e -= eta1 * lambdas[:, None] * np.tensordot(mean_J, e, 1)
                e += (eta1 / m) * own_tail[:, None]
            net.step(X, eta1, eta2)
        # The rows that move most are trained again without them.
        moves = np.abs(left_out - outputs).max(0)
        order = np.argsort(-moves, kind="stable")
        count = 4
        while count < 12 and moves[order[count]] > 2:
            count += 1
        rows = order[:count]
        masks = np.ones((count, m))
        masks[range(count), rows] = 0
        exact = leave_out_networks(
            X, y, inputs["W1"], inputs["w2"], masks, np.full(count, m), T, eta1, eta2, (rows, range(count))
        )
        for t, f in enumerate(exact):
            left_out[t, rows] = f
        estimate = np.mean((y - left_out) ** 2, 1)
        return {"estimate": estimate * variance, "sharpness": sharpness, "weights": nets[int(np.argmin(estimate))]}

    return run


def cross_validation(inputs, params):
    """`fold` holds the fold of every row. The network of all rows is trained beside the folds'."""
    T, eta1, eta2 = int(params["T"]), params["eta1"], params["eta2"]

    def run():
        X, y, variance = prepare(inputs["features"], inputs["labels"])
        fold = inputs["fold"].astype(int)
        folds = fold.max() + 1
        masks = (fold[None] != np.arange(folds)[:, None]).astype(float)
        net = Network(inputs["W1"], inputs["w2"])
        validated = leave_out_networks(
            X, y, inputs["W1"], inputs["w2"], masks, masks.sum(1), T, eta1, eta2, (np.arange(len(X)), fold)
        )
        estimate, best = np.empty(T + 1), None
        for t, f in enumerate(validated):
            net.passes(X, y)
            estimate[t] = np.mean((y - f) ** 2)
            if best is None or estimate[t] < best[0]:
                best = estimate[t], net.copy()
            net.step(X, eta1, eta2)
        return {"estimate": estimate * variance, "weights": best[1]}

    return run


OPS = {
    "finite-width/fit/onsager": onsager,
    "finite-width/fit/tangent": tangent,
    "finite-width/fit/cross-validation": cross_validation,
}
