"""Elementary functions over an array; erf comes from SciPy."""
import numpy as np


def elementary(inputs, params):
    x = inputs['x']
    if params['name'] == 'erf':
        from scipy.special import erf as function
    else:
        function = getattr(np, params['name'])
    out = np.empty_like(x)
    return lambda: function(x, out=out)


OPS = {'elementary': elementary}
