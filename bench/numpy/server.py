"""Runs operations of the files beside it for the bench. Reads requests as lines of JSON, answers each with one line.

An operation is `OPS['name'] = make` in one of those files: `make(inputs, params)` gets float64 arrays by name and a dict
of parameters, and returns `run`; `run()` does the whole work and returns an array or a dict of arrays.
"""
import glob
import importlib.util
import json
import os
import re
import sys
import time

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
OPS = {}
for path in sorted(glob.glob(os.path.join(here, '*.py'))):
    if os.path.abspath(path) == os.path.abspath(__file__):
        continue
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    OPS.update(module.OPS)

made = {}


def make(request):
    values = np.fromfile(request['file'])
    inputs, at = {}, 0
    for entry in request['inputs']:
        size = int(np.prod(entry['shape']))
        inputs[entry['name']] = values[at:at + size].reshape(entry['shape']).copy()
        at += size
    made[len(made)] = OPS[request['op']](inputs, request['params'])
    return {'id': len(made) - 1}


def timed(request):
    run = made[request['id']]
    cpu, wall = time.thread_time_ns(), time.perf_counter_ns()
    for _ in range(request['calls']):
        run()
    return {'cpu': time.thread_time_ns() - cpu, 'wall': time.perf_counter_ns() - wall}


def result(request):
    values = made[request['id']]()
    if not isinstance(values, dict):
        values = {'result': values}
    arrays = [(name, np.ascontiguousarray(value, dtype=np.float64).ravel()) for name, value in values.items()]
    with open(request['file'], 'wb') as file:
        for _, value in arrays:
            value.tofile(file)
    return {'arrays': [{'name': name, 'length': value.size} for name, value in arrays]}


def drop(request):
    made[request['id']] = None
    return {}


def blas():
    """What NumPy's OpenBLAS (SciPy may bring another) says of itself: version and the kernels picked for this processor."""
    try:
        import ctypes
        paths = re.findall(r'\S*openblas\S*', open('/proc/self/maps').read())
        library = ctypes.CDLL(next((path for path in paths if 'numpy' in path), paths[0]))
        for name in ('scipy_openblas_get_config64_', 'scipy_openblas_get_config', 'openblas_get_config64_',
                     'openblas_get_config'):
            if hasattr(library, name):
                config = getattr(library, name)
                config.restype = ctypes.c_char_p
                return ' '.join(config().decode().split())
    except Exception:
        pass
    return 'unknown'


def about(request):
    return {'python': sys.version.split()[0], 'numpy': np.__version__, 'blas': blas()}


for line in sys.stdin:
    request = json.loads(line)
    try:
        do = {'make': make, 'time': timed, 'result': result, 'drop': drop, 'about': about}[request['do']]
        answer = do(request)
    except Exception as error:
        answer = {'error': f'{type(error).__name__}: {error}'}
    print(json.dumps(answer), flush=True)
