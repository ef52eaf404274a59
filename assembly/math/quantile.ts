// The normal quantile Φ⁻¹(p), one number at a time.
import { logScalar } from './log';

/**
 * x with Φ(x) = p.
 * Range: 0 gives −Infinity, 1 gives Infinity, outside [0, 1] and for NaN it is NaN.
 * Error: relative, at most 9e-16.
 * Source: M. J. Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37 (1988) 477.
 */
export function normalQuantileScalar(p: f64): f64 {
  const q = p - 0.5;
  if (abs(q) <= 0.425) return central(q);
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN;
  const r = sqrt(-logScalar(q < 0 ? p : 1 - p));
  const x = r <= 5 ? tail(r - 1.6) : farTail(r - 5);
  return q < 0 ? -x : x;
}

function central(q: f64): f64 {
  const r = 0.180625 - q * q;
  let a: f64 = 2509.0809287301227;
  a = a * r + 33430.57558358813;
  a = a * r + 67265.7709270087;
  a = a * r + 45921.95393154987;
  a = a * r + 13731.69376550946;
  a = a * r + 1971.5909503065513;
  a = a * r + 133.14166789178438;
  a = a * r + 3.3871328727963665;
  let b: f64 = 5226.495278852854;
  b = b * r + 28729.085735721943;
  b = b * r + 39307.89580009271;
  b = b * r + 21213.794301586597;
  b = b * r + 5394.196021424751;
  b = b * r + 687.1870074920579;
  b = b * r + 42.31333070160091;
  b = b * r + 1;
  return (a * q) / b;
}

function tail(r: f64): f64 {
  let a: f64 = 0.0007745450142783414;
  a = a * r + 0.022723844989269184;
  a = a * r + 0.2417807251774506;
  a = a * r + 1.2704582524523684;
  a = a * r + 3.6478483247632045;
  a = a * r + 5.769497221460691;
  a = a * r + 4.630337846156546;
  a = a * r + 1.4234371107496835;
  let b: f64 = 1.0507500716444169e-9;
  b = b * r + 0.0005475938084995345;
  b = b * r + 0.015198666563616457;
  b = b * r + 0.14810397642748008;
  b = b * r + 0.6897673349851;
  b = b * r + 1.6763848301838038;
  b = b * r + 2.053191626637759;
  b = b * r + 1;
  return a / b;
}

function farTail(r: f64): f64 {
  let a: f64 = 2.0103343992922881e-7;
  a = a * r + 2.7115555687434876e-5;
  a = a * r + 0.0012426609473880784;
  a = a * r + 0.026532189526576124;
  a = a * r + 0.29656057182850487;
  a = a * r + 1.7848265399172913;
  a = a * r + 5.463784911164114;
  a = a * r + 6.657904643501103;
  let b: f64 = 2.0442631033899397e-15;
  b = b * r + 1.421511758316446e-7;
  b = b * r + 1.8463183175100548e-5;
  b = b * r + 0.0007868691311456133;
  b = b * r + 0.014875361290850615;
  b = b * r + 0.1369298809227358;
  b = b * r + 0.599832206555888;
  b = b * r + 1;
  return a / b;
}
