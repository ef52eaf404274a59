"""Gauss-Hermite rules of N(0, 1) and Sobol points, from SciPy."""


def gauss_hermite(inputs, params):
    from scipy.special import roots_hermitenorm

    def run():
        nodes, weights = roots_hermitenorm(params['n'])
        return {'nodes': nodes, 'weights': weights / weights.sum()}
    run()
    return run


def sobol(inputs, params):
    from scipy.stats.qmc import Sobol

    def run():
        points = Sobol(params['dimensions'], scramble=bool(params['scramble']), seed=1).random(params['count'])
        return points.mean(axis=0)
    run()
    return run


OPS = {'gauss-hermite': gauss_hermite, 'sobol': sobol}
