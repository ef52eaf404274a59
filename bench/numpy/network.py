"""The gradient of a tanh committee, three BLAS calls and a few passes over q x m arrays."""
import numpy as np


def gradient(inputs, params):
    X, W, w, y = inputs['X'], inputs['W'], inputs['w'], inputs['y']

    def run():
        A = W @ X.T
        np.tanh(A, out=A)
        residual = w @ A
        residual -= y
        np.multiply(A, A, out=A)
        np.subtract(1, A, out=A)
        A *= w[:, None]
        A *= residual
        return A @ X
    return run


OPS = {'gradient': gradient}
