// The angle of a point of the plane, by four breakpoints and a polynomial. Knows nothing of arrays.

/**
 * atan t for t >= 0.
 * Source: the reduction and the coefficients of Sun's fdlibm (s_atan.c).
 */
function atanPositive(t: f64): f64 {
  let high: f64 = 0;
  let low: f64 = 0;
  let x = t;
  if (t >= 2.4375) {
    high = 1.5707963267948966;
    low = 6.123233995736766e-17;
    x = -1 / t;
  } else if (t >= 1.1875) {
    high = 0.982793723247329;
    low = 1.3903311031230998e-17;
    x = (t - 1.5) / (1 + 1.5 * t);
  } else if (t >= 0.6875) {
    high = 0.7853981633974483;
    low = 3.061616997868383e-17;
    x = (t - 1) / (t + 1);
  } else if (t >= 0.4375) {
    high = 0.4636476090008061;
    low = 2.2698777452961687e-17;
    x = (2 * t - 1) / (2 + t);
  }
  const z = x * x;
  const w = z * z;
  const even =
    z *
    (0.3333333333333293 +
      w *
        (0.14285714272503466 +
          w *
            (0.09090887133436507 +
              w * (0.06661073137387531 + w * (0.049768779946159324 + w * 0.016285820115365782)))));
  const odd =
    w *
    (-0.19999999999876483 +
      w *
        (-0.11111110405462356 +
          w * (-0.0769187620504483 + w * (-0.058335701337905735 + w * -0.036531572744216916))));
  const rest = x * (even + odd);
  return high - (rest - low - x);
}

/**
 * The angle of the point (x, y), between −π and π; 0 at the origin.
 * Range: finite x and y.
 * Error: relative, at most 4.5e-16 where y/x neither overflows nor underflows.
 */
export function atan2Scalar(y: f64, x: f64): f64 {
  const size = abs(y);
  if (x === 0 && size === 0) return 0;
  let angle: f64;
  if (x > 0) angle = atanPositive(size / x);
  else if (x === 0) angle = 1.5707963267948966;
  else angle = NativeMath.PI - (atanPositive(size / -x) - 1.2246467991473532e-16);
  return y < 0 ? -angle : angle;
}
