// The math kernels, gathered for the core. Each family keeps one index.
export {
  vcos,
  verf,
  vexp,
  vexpm1,
  vlgamma,
  vlog,
  vlog1p,
  vnormalCdf,
  vnormalQuantile,
  vpow,
  vsin,
  vtanh,
} from './arrays';
export { atan2Scalar as atan2 } from './atan';
export { erfScalar as erf } from './erf';
export { expm1Scalar as expm1, expScalar as exp } from './exp';
export { lgammaScalar as lgamma } from './lgamma';
export { log1pScalar as log1p, logScalar as log } from './log';
export { normalCdfScalar as normalCdf } from './normal';
export { powScalar as pow } from './pow';
export { normalQuantileScalar as normalQuantile } from './quantile';
export { cosScalar as cos, sinScalar as sin } from './sin';
export { tanhScalar as tanh } from './tanh';
