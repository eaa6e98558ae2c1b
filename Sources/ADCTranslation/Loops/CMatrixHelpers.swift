/// Functions of matrices in C: the steps of `MatrixKernel`, one for one, row-major without gaps.
extension Helper {
  /// The definition in C; empty for what has to do with no matrix.
  var matrixInC: String {
    switch self {
    case .subtractRow:
      """
      /* y - factor x in the place of y. */
      INLINE void subtract_row(
          double factor, const double *RESTRICT x, double *RESTRICT y, size_t count) {
          for (size_t i = 0; i < count; ++i) y[i] -= factor * x[i];
      }
      """
    case .divideRow:
      """
      INLINE void divide_row(double *x, double divisor, size_t count) {
          for (size_t i = 0; i < count; ++i) x[i] /= divisor;
      }
      """
    case .scaleRow:
      """
      INLINE void scale_row(double *x, double factor, size_t count) {
          for (size_t i = 0; i < count; ++i) x[i] *= factor;
      }
      """
    case .swapRows:
      """
      static void swap_rows(double *a, size_t columns, size_t i, size_t j) {
          for (size_t k = 0; i != j && k < columns; ++k) {
              const double value = a[i * columns + k];
              a[i * columns + k] = a[j * columns + k];
              a[j * columns + k] = value;
          }
      }
      """
    case .swapColumns:
      """
      static void swap_columns(double *a, size_t n, size_t i, size_t j) {
          for (size_t k = 0; i != j && k < n; ++k) {
              const double value = a[k * n + i];
              a[k * n + i] = a[k * n + j];
              a[k * n + j] = value;
          }
      }
      """
    case .rowProduct:
      """
      /* The sum of products: eight interleaved sums, added pairwise. */
      VERSIONS
      static double row_product(const double *x, const double *y, size_t count) {
          double s[8] = {0.0};
          double rest = 0.0;
          size_t i = 0;
          for (; i + 8 <= count; i += 8) {
              for (size_t k = 0; k < 8; ++k) s[k] += x[i + k] * y[i + k];
          }
          for (; i < count; ++i) rest += x[i] * y[i];
          for (size_t width = 4; width > 1; width /= 2) {
              for (size_t k = 0; k < width; ++k) s[k] += s[k + width];
          }
          return s[0] + s[1] + rest;
      }
      """
    case .setIdentity:
      """
      static void set_identity(size_t n, double *a) {
          for (size_t i = 0; i < n * n; ++i) a[i] = i % (n + 1) == 0 ? 1.0 : 0.0;
      }
      """
    case .eliminate:
      """
      /* P A = L U in the place of A, by elimination with partial pivoting: U on and above the diagonal,
         L without its ones below. Row k was swapped with row pivots[k]. Returns the sign of P. */
      VERSIONS
      static double eliminate(size_t n, double *a, double *pivots) {
          double sign = 1.0;
          for (size_t k = 0; k < n; ++k) {
              const double *const row = a + k * n + k;
              size_t best = k;
              for (size_t i = k + 1; i < n; ++i) {
                  if (fabs(a[i * n + k]) > fabs(a[best * n + k])) best = i;
              }
              pivots[k] = (double)best;
              if (best != k) {
                  swap_rows(a, n, k, best);
                  sign = -sign;
              }
              if (row[0] == 0.0) continue;
              for (size_t i = k + 1; i < n; ++i) {
                  double *const other = a + i * n + k;
                  other[0] /= row[0];
                  if (other[0] != 0.0) subtract_row(other[0], row + 1, other + 1, n - k - 1);
              }
          }
          return sign;
      }
      """
    case .solveUpper:
      """
      /* The solution of U X = B in the place of B, which has so many columns. */
      VERSIONS
      static void solve_upper(size_t n, size_t columns, const double *u, double *x) {
          for (size_t i = n; i-- > 0;) {
              double *const row = x + i * columns;
              for (size_t j = i + 1; j < n; ++j) {
                  subtract_row(u[i * n + j], x + j * columns, row, columns);
              }
              divide_row(row, u[i * n + i], columns);
          }
      }
      """
    case .solveLower:
      """
      /* The solution of L X = B in the place of B, which has so many columns. */
      VERSIONS
      static void solve_lower(size_t n, size_t columns, const double *l, double *x) {
          for (size_t i = 0; i < n; ++i) {
              double *const row = x + i * columns;
              for (size_t j = 0; j < i; ++j) {
                  subtract_row(l[i * n + j], x + j * columns, row, columns);
              }
              divide_row(row, l[i * n + i], columns);
          }
      }
      """
    case .solveSystem:
      """
      /* The solution of A X = B in the place of B, which has so many columns; A is used up, and
         `pivots` has room for n numbers. */
      VERSIONS
      static void solve_system(size_t n, size_t columns, double *a, double *x, double *pivots) {
          eliminate(n, a, pivots);
          for (size_t k = 0; k < n; ++k) swap_rows(x, columns, k, (size_t)pivots[k]);
          for (size_t i = 0; i < n; ++i) {
              for (size_t j = 0; j < i; ++j) {
                  subtract_row(a[i * n + j], x + j * columns, x + i * columns, columns);
              }
          }
          solve_upper(n, columns, a, x);
      }
      """
    case .invert:
      """
      /* The inverse of A, which is used up; `pivots` has room for n numbers. */
      static void invert(size_t n, double *a, double *result, double *pivots) {
          set_identity(n, result);
          solve_system(n, n, a, result, pivots);
      }
      """
    case .determinantParts:
      """
      /* The determinant of A as a number in [1, 2), with a sign, times a power of two: a product that
         neither overflows nor underflows. A is used up, and `pivots` has room for n numbers. */
      static double determinant_parts(size_t n, double *a, double *pivots, int *exponent) {
          double product = eliminate(n, a, pivots);
          *exponent = 0;
          for (size_t k = 0; k < n; ++k) {
              const double factor = a[k * n + k];
              int shift = 0;
              if (isfinite(factor) && isfinite(product)) {
                  product *= frexp(factor, &shift);
                  *exponent += shift;
                  product = 2.0 * frexp(product, &shift);
                  *exponent += shift - 1;
              } else {
                  product *= factor;
              }
          }
          return product;
      }
      """
    case .determinantOf:
      """
      static double determinant_of(size_t n, double *a, double *pivots) {
          int exponent;
          const double product = determinant_parts(n, a, pivots, &exponent);
          return isfinite(product) ? ldexp(product, exponent) : product;
      }
      """
    case .logDeterminantOf:
      """
      /* The logarithm of the magnitude of the determinant: of the product where it is in range, as the
         logarithms of its two parts would lose digits near 1. */
      static double log_determinant_of(size_t n, double *a, double *pivots) {
          int exponent;
          const double product = fabs(determinant_parts(n, a, pivots, &exponent));
          const int is_far = exponent < -1022 || exponent > 1023;
          if (!isfinite(product) || product == 0.0) return log(product);
          return is_far ? log(product) + exponent * 0.6931471805599453 : log(ldexp(product, exponent));
      }
      """
    case .choleskyFactor:
      """
      /* L with L L' = (A + A') / 2; NaN from the first row on where that is not positive definite. */
      static void cholesky_factor(size_t n, const double *a, double *l) {
          for (size_t i = 0; i < n; ++i) {
              double *const row = l + i * n;
              for (size_t j = 0; j <= i; ++j) {
                  const double *const other = l + j * n;
                  const double rest =
                      0.5 * a[i * n + j] + 0.5 * a[j * n + i] - row_product(row, other, j);
                  row[j] = i == j ? sqrt(rest) : rest / other[j];
              }
              for (size_t j = i + 1; j < n; ++j) row[j] = 0.0;
          }
      }
      """
    default: adjugateInC
    }
  }
}
