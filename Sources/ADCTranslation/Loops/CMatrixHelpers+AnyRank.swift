extension Helper {
  /// The definition in C of what is right for matrices of any rank; empty for anything else.
  var adjugateInC: String {
    switch self {
    case .diagonalize:
      """
      /* P A Q = L D U in the place of A with complete pivoting, where only D may be singular: L below
         the diagonal and U above, both with ones on it, and D on it. Returns the sign of P and Q. */
      VERSIONS
      static double diagonalize(size_t n, double *a, double *row_pivots, double *column_pivots) {
          double sign = 1.0;
          for (size_t k = 0; k < n; ++k) {
              double *const row = a + k * n + k;
              size_t best_row = k, best_column = k;
              for (size_t i = k; i < n; ++i) {
                  for (size_t j = k; j < n; ++j) {
                      if (fabs(a[i * n + j]) > fabs(a[best_row * n + best_column])) {
                          best_row = i;
                          best_column = j;
                      }
                  }
              }
              row_pivots[k] = (double)best_row;
              column_pivots[k] = (double)best_column;
              swap_rows(a, n, k, best_row);
              swap_columns(a, n, k, best_column);
              if ((best_row == k) != (best_column == k)) sign = -sign;
              if (row[0] == 0.0) continue;
              for (size_t i = k + 1; i < n; ++i) {
                  double *const other = a + i * n + k;
                  other[0] /= row[0];
                  subtract_row(other[0], row + 1, other + 1, n - k - 1);
              }
              divide_row(row + 1, row[0], n - k - 1);
          }
          return sign;
      }

      /* For every k the product of the diagonal without k and without `left`. */
      static void products_of_others(size_t n, const double *a, size_t left, double *products) {
          double before = 1.0, after = 1.0;
          for (size_t k = 0; k < n; ++k) {
              products[k] = before;
              if (k != left) before *= a[k * n + k];
          }
          for (size_t k = n; k-- > 0;) {
              products[k] *= after;
              if (k != left) after *= a[k * n + k];
          }
      }

      /* X becomes P X, and that inv(L) P X. */
      static void solve_unit_lower(size_t n, const double *a, const double *row_pivots, double *x) {
          for (size_t k = 0; k < n; ++k) swap_rows(x, n, k, (size_t)row_pivots[k]);
          for (size_t i = 0; i < n; ++i) {
              for (size_t j = 0; j < i; ++j) subtract_row(a[i * n + j], x + j * n, x + i * n, n);
          }
      }

      /* X becomes inv(U) X, and that Q inv(U) X. */
      static void solve_unit_upper(size_t n, const double *a, const double *column_pivots, double *x) {
          for (size_t i = n; i-- > 0;) {
              for (size_t j = i + 1; j < n; ++j) subtract_row(a[i * n + j], x + j * n, x + i * n, n);
          }
          for (size_t k = n; k-- > 0;) swap_rows(x, n, k, (size_t)column_pivots[k]);
      }
      """
    case .adjugateOf:
      """
      /* The adjugate of a matrix of any rank (Stewart: On the adjugate matrix, 1998):
         det(P) det(Q) Q inv(U) adj(D) inv(L) P. A is used up; `work` has room for 3 n numbers. */
      static void adjugate_of(size_t n, double *a, double *x, double *work) {
          double *const column_pivots = work + n, *const others = work + 2 * n;
          const double sign = diagonalize(n, a, work, column_pivots);
          set_identity(n, x);
          solve_unit_lower(n, a, work, x);
          products_of_others(n, a, n, others);
          for (size_t k = 0; k < n; ++k) scale_row(x + k * n, others[k], n);
          solve_unit_upper(n, a, column_pivots, x);
          scale_row(x, sign, n * n);
      }
      """
    case .adjugateAlong:
      """
      /* How the adjugate changes when the matrix changes by X, in the place of X. A is used up; `work`
         has room for 5 n numbers. */
      static void adjugate_along(size_t n, double *a, double *x, double *work) {
          double *const column_pivots = work + n, *const products = work + 3 * n;
          double *const old = work + 4 * n;
          const double sign = diagonalize(n, a, work, column_pivots);
          solve_unit_lower(n, a, work, x);
          for (size_t k = 0; k < n; ++k) swap_columns(x, n, k, (size_t)column_pivots[k]);
          for (size_t row = 0; row < n; ++row) {
              for (size_t i = 0; i < n; ++i) {
                  double *const place = x + row * n + i;
                  subtract_row(*place, a + i * n + i + 1, place + 1, n - i - 1);
              }
          }
          /* How adj(D) changes when D changes by x: -x beside the diagonal and the sum of the other
             diagonal elements on it, each times the elements of D that are neither's. */
          for (size_t k = 0; k < n; ++k) old[k] = x[k * n + k];
          for (size_t i = 0; i < n; ++i) {
              double sum = 0.0;
              products_of_others(n, a, i, products);
              for (size_t j = 0; j < n; ++j) {
                  if (j == i) continue;
                  sum += old[j] * products[j];
                  x[i * n + j] *= -products[j];
              }
              x[i * n + i] = sum;
          }
          solve_unit_upper(n, a, column_pivots, x);
          for (size_t row = 0; row < n; ++row) {
              for (size_t i = n; i-- > 1;) {
                  subtract_row(x[row * n + i], a + i * n, x + row * n, i);
              }
          }
          for (size_t k = n; k-- > 0;) swap_columns(x, n, k, (size_t)work[k]);
          scale_row(x, sign, n * n);
      }
      """
    case .pseudoInverse:
      """
      static void set_transpose(size_t rows, size_t columns, const double *a, double *result) {
          for (size_t i = 0; i < rows; ++i) {
              for (size_t j = 0; j < columns; ++j) result[j * rows + i] = a[i * columns + j];
          }
      }

      /* Reflects one row after the other onto an axis: it then holds its part of R up to the diagonal,
         and from there the unit vector of its reflection. */
      VERSIONS
      static void reflect_rows(size_t rows, size_t columns, double *v, double *diagonal) {
          for (size_t k = 0; k < rows; ++k) {
              double *const vector = v + k * columns + k;
              const size_t rest = columns - k;
              double greatest = 0.0;
              for (size_t i = 0; i < rest; ++i) {
                  if (fabs(vector[i]) >= greatest) greatest = fabs(vector[i]);
              }
              diagonal[k] = 0.0;
              if (!(greatest > 0.0)) continue;
              divide_row(vector, greatest, rest);
              const double length = sqrt(row_product(vector, vector, rest));
              const double turned = vector[0] > 0.0 ? -length : length;
              diagonal[k] = turned * greatest;
              vector[0] -= turned;
              divide_row(vector, sqrt(row_product(vector, vector, rest)), rest);
              for (size_t j = k + 1; j < rows; ++j) {
                  double *const other = v + j * columns + k;
                  subtract_row(2.0 * row_product(vector, other, rest), vector, other, rest);
              }
          }
      }

      /* The pseudo-inverse of a matrix of full rank by Householder's reflections (Golub and Van Loan:
         Matrix Computations, 5.2). `work` has room for 2 rows columns + rows + columns numbers. */
      VERSIONS
      static void pseudo_inverse(
          size_t rows, size_t columns, const double *a, double *result, double *work) {
          const int is_tall = rows >= columns;
          const size_t n = is_tall ? columns : rows, m = is_tall ? rows : columns;
          double *const v = work, *const basis = v + n * m, *const diagonal = basis + n * m;
          if (is_tall) {
              set_transpose(rows, columns, a, v);
          } else {
              for (size_t i = 0; i < n * m; ++i) v[i] = a[i];
          }
          reflect_rows(n, m, v, diagonal);
          /* The first columns of Q, as rows. */
          for (size_t i = 0; i < n * m; ++i) basis[i] = 0.0;
          for (size_t k = 0; k < n; ++k) basis[k * m + k] = 1.0;
          for (size_t k = n; k-- > 0;) {
              const double *const vector = v + k * m + k;
              for (size_t j = 0; j < n; ++j) {
                  double *const row = basis + j * m + k;
                  subtract_row(2.0 * row_product(vector, row, m - k), vector, row, m - k);
              }
          }
          /* R X = Q' in the place of Q'. */
          for (size_t i = n; i-- > 0;) {
              for (size_t j = i + 1; j < n; ++j) {
                  subtract_row(v[j * m + i], basis + j * m, basis + i * m, m);
              }
              divide_row(basis + i * m, diagonal[i], m);
          }
          if (is_tall) {
              for (size_t i = 0; i < n * m; ++i) result[i] = basis[i];
          } else {
              set_transpose(n, m, basis, result);
          }
      }
      """
    default: ""
    }
  }
}
