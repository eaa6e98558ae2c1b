import ADCCalculus

extension Helper {
  /// What the helper needs before it.
  var needs: [Helper] {
    switch self {
    case .sumOfRun: [.sumOfPart, .addToTotal]
    case .sumRows: [.addCompensated, .finishSums]
    case .sortNumbers, .sortIndices: [.sortedPlaces]
    case .eliminate: [.swapRows, .subtractRow]
    case .solveUpper, .solveLower: [.subtractRow, .divideRow]
    case .solveSystem: [.eliminate, .swapRows, .subtractRow, .solveUpper]
    case .invert: [.solveSystem, .setIdentity]
    case .determinantParts: [.eliminate]
    case .determinantOf, .logDeterminantOf: [.determinantParts]
    case .choleskyFactor: [.rowProduct]
    case .diagonalize: [.swapRows, .swapColumns, .subtractRow, .divideRow]
    case .adjugateOf: [.diagonalize, .setIdentity, .scaleRow]
    case .adjugateAlong: [.diagonalize, .scaleRow]
    case .pseudoInverse: [.rowProduct, .subtractRow, .divideRow]
    default: []
    }
  }

  /// Helpers with what they need, each once and in an order that compiles.
  static func closed(_ used: Set<Helper>) -> [Helper] {
    var all: Set<Helper> = []
    var found = Array(used)
    while let helper = found.popLast() {
      if all.insert(helper).inserted { found += helper.needs }
    }
    return allCases.filter { all.contains($0) }
  }

  /// The definition in C.
  func inC(_ precision: Precision) -> String {
    text
      .replacing("REAL", with: CLanguage.real(precision))
      .replacing("SUFFIX", with: CLanguage.suffix(precision))
      .replacing("EIGHT", with: "\(8 * precision.bytes)")
      .replacing("WIDE", with: precision == .double ? "" : "(double)")
      .replacing("DROPPED", with: precision == .double ? "11" : "40")
      .replacing("SCALE", with: precision == .double ? "0x1p-53" : "0x1p-24f")
  }

  /// The definition, where REAL stands for the type of elements.
  private var text: String {
    switch self {
    case .squareRoot:
      """
      /* Roots of vectors leave errno alone. */
      #ifdef __GNUC__
      REAL sqrtSUFFIX(REAL) __attribute__((const));
      #endif
      """
    case .sumOfPart:
      """
      /* The sum of up to 256 numbers: sixteen interleaved sums, added pairwise. */
      VERSIONS
      static double sum_of_part(const REAL *x, size_t count) {
          double s[16] = {0.0};
          double rest = 0.0;
          size_t i = 0;
          for (; i + 16 <= count; i += 16) {
              for (size_t k = 0; k < 16; ++k) s[k] += WIDEx[i + k];
          }
          if (i + 8 <= count) {
              for (size_t k = 0; k < 8; ++k) s[k] += WIDEx[i + k];
              i += 8;
          }
          for (; i < count; ++i) rest += WIDEx[i];
          for (size_t width = 8; width > 1; width /= 2) {
              for (size_t k = 0; k < width; ++k) s[k] += s[k + width];
          }
          return s[0] + s[1] + rest;
      }
      """
    case .addToTotal:
      """
      /* A sum in parts that keeps what rounding loses (Neumaier, 1974). */
      typedef struct {
          double sum, lost;
      } sum_in_parts;

      static void add_to_total(sum_in_parts *t, double x) {
          const double next = t->sum + x;
          t->lost += fabs(t->sum) >= fabs(x) ? (t->sum - next) + x : (x - next) + t->sum;
          t->sum = next;
      }

      static double total_value(const sum_in_parts *t) {
          return isfinite(t->sum) && isfinite(t->lost) ? t->sum + t->lost : t->sum;
      }
      """
    case .sumOfRun:
      """
      /* The sum of a run that begins at a position of an array, in parts of at most 256. */
      VERSIONS
      static double sum_of_run(const REAL *x, size_t position, size_t count) {
          sum_in_parts t = {0.0, 0.0};
          while (count > 0) {
              const size_t room = 256 - position % 256;
              const size_t part = room < count ? room : count;
              add_to_total(&t, sum_of_part(x, part));
              x += part;
              position += part;
              count -= part;
          }
          return total_value(&t);
      }
      """
    case .addCompensated:
      """
      static void add_compensated(double x, double *sum, double *lost) {
          const double next = *sum + x;
          *lost += fabs(*sum) >= fabs(x) ? (*sum - next) + x : (x - next) + *sum;
          *sum = next;
      }
      """
    case .finishSums:
      """
      static void finish_sums(const double *sums, const double *lost, REAL *result, size_t count) {
          for (size_t i = 0; i < count; ++i) {
              const int is_finite = isfinite(sums[i]) && isfinite(lost[i]);
              result[i] = (REAL)(is_finite ? sums[i] + lost[i] : sums[i]);
          }
      }
      """
    case .sumRows:
      """
      /* The sum of the rows of a matrix, 64 at a time; work holds three times the columns. */
      VERSIONS
      static void sum_rows(
          const REAL *x, size_t rows, size_t columns, REAL *result, double *work) {
          double *const lost = work + columns, *const part = work + 2 * columns;
          for (size_t j = 0; j < columns; ++j) work[j] = lost[j] = part[j] = 0.0;
          for (size_t i = 0; i < rows; ++i) {
              for (size_t j = 0; j < columns; ++j) part[j] += WIDEx[i * columns + j];
              if (i % 64 == 63 || i + 1 == rows) {
                  for (size_t j = 0; j < columns; ++j) {
                      add_compensated(part[j], &work[j], &lost[j]);
                      part[j] = 0.0;
                  }
              }
          }
          finish_sums(work, lost, result, columns);
      }
      """
    case .product:
      """
      VERSIONS
      static double product_of(const REAL *x, size_t count) {
          double p[8] = {1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0};
          double rest = 1.0;
          size_t i = 0;
          for (; i + 8 <= count; i += 8) {
              for (size_t k = 0; k < 8; ++k) p[k] *= WIDEx[i + k];
          }
          for (; i < count; ++i) rest *= WIDEx[i];
          for (size_t width = 4; width > 1; width /= 2) {
              for (size_t k = 0; k < width; ++k) p[k] *= p[k + width];
          }
          return p[0] * p[1] * rest;
      }
      """
    case .greatest:
      "INLINE REAL greatest(REAL x, REAL y) { return x > y || x != x ? x : y; }"
    case .least:
      "INLINE REAL least(REAL x, REAL y) { return x < y || x != x ? x : y; }"
    case .matrixProduct: Self.matrixProductInC
    case .uniform:
      """
      /* Philox4x32-10 (Salmon and others, 2011): numbers in [0, 1) by seed, step and place. */
      static uint64_t whole_number(double x) {
          uint64_t bits;
          if (x >= 0.0 && x < 9223372036854775808.0 && floor(x) == x) return (uint64_t)x;
          memcpy(&bits, &x, sizeof bits);
          return bits;
      }

      static void uniform_numbers(
          double seed, double step, size_t place, size_t count, REAL *result) {
          const uint64_t key = whole_number(seed);
          const uint64_t stream = whole_number(step) << 24 ^ (uint64_t)place;
          for (size_t i = 0; i < count; ++i) {
              const uint64_t position = i / 2;
              uint32_t x[4];
              uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
              x[0] = (uint32_t)position;
              x[1] = (uint32_t)(position >> 32);
              x[2] = (uint32_t)stream;
              x[3] = (uint32_t)(stream >> 32);
              for (int turn = 0; turn < 10; ++turn) {
                  const uint64_t a = (uint64_t)x[0] * UINT64_C(0xD2511F53);
                  const uint64_t b = (uint64_t)x[2] * UINT64_C(0xCD9E8D57);
                  const uint32_t x1 = x[1], x3 = x[3];
                  x[0] = (uint32_t)(b >> 32) ^ x1 ^ k0;
                  x[1] = (uint32_t)b;
                  x[2] = (uint32_t)(a >> 32) ^ x3 ^ k1;
                  x[3] = (uint32_t)a;
                  k0 += UINT32_C(0x9E3779B9);
                  k1 += UINT32_C(0xBB67AE85);
              }
              const size_t half = 2 * (i % 2);
              const uint64_t bits = (uint64_t)x[half + 1] << 32 | x[half];
              result[i] = (REAL)(bits >> DROPPED) * SCALE;
          }
      }
      """
    case .bits: CLanguage.bitsDefinition
    case .row:
      """
      /* A number as one of so many rows; their count for what is none. */
      static size_t row_number(REAL x, size_t count) {
          return x >= 0 && x < (REAL)count && floorSUFFIX(x) == x ? (size_t)x : count;
      }
      """
    case .sortedPlaces, .sortNumbers, .sortIndices: sortInC
    default: matrixInC
    }
  }

  private static let matrixProductInC = """
    /* The product of a vector with contiguous elements and a row: sixteen interleaved sums, then
       four, then one. */
    VERSIONS
    static REAL dot_product(
        const REAL *x, size_t x_step, const REAL *y, size_t y_step, size_t count) {
        REAL s[16] = {0};
        REAL rest = 0;
        size_t i = 0;
        if (x_step == 1) {
            for (; i + 16 <= count; i += 16) {
                for (size_t k = 0; k < 16; ++k) s[k] += x[i + k] * y[(i + k) * y_step];
            }
        }
        for (; i + 4 <= count; i += 4) {
            for (size_t k = 0; k < 4; ++k) s[k] += x[(i + k) * x_step] * y[(i + k) * y_step];
        }
        for (; i < count; ++i) rest += x[i * x_step] * y[i * y_step];
        for (size_t k = 0; k < 4; ++k) s[k] = (s[k] + s[k + 4]) + (s[k + 8] + s[k + 12]);
        return (s[0] + s[2]) + (s[1] + s[3]) + rest;
    }

    /* A matrix by a vector; columns that lie in a row are added up four at a time. */
    VERSIONS
    static void matrix_by_vector(
        size_t rows, size_t inner, const REAL *a, size_t a_row, size_t a_column, const REAL *x,
        size_t x_step, REAL *y) {
        size_t l = 0;
        if (a_column == 1 || a_row != 1 || rows == 1) {
            for (size_t i = 0; i < rows; ++i) {
                y[i] = dot_product(a + i * a_row, a_column, x, x_step, inner);
            }
            return;
        }
        for (size_t i = 0; i < rows; ++i) y[i] = 0;
        for (; l + 4 <= inner; l += 4) {
            const REAL *const a0 = a + l * a_column, *const a1 = a0 + a_column;
            const REAL *const a2 = a1 + a_column, *const a3 = a2 + a_column;
            const REAL x0 = x[l * x_step], x1 = x[(l + 1) * x_step];
            const REAL x2 = x[(l + 2) * x_step], x3 = x[(l + 3) * x_step];
            for (size_t i = 0; i < rows; ++i) {
                y[i] += (a0[i] * x0 + a1[i] * x1) + (a2[i] * x2 + a3[i] * x3);
            }
        }
        for (; l < inner; ++l) {
            for (size_t i = 0; i < rows; ++i) y[i] += a[l * a_column + i] * x[l * x_step];
        }
    }

    /* Eight numbers, in vectors where the compiler has them. */
    #ifdef __GNUC__
    typedef REAL eight __attribute__((vector_size(EIGHT)));
    #else
    typedef struct {
        REAL x[8];
    } eight;
    #endif

    INLINE void add_products(eight *sums, const REAL *x, REAL y) {
    #ifdef __GNUC__
        eight all;
        memcpy(&all, x, sizeof all);
        *sums += all * y;
    #else
        for (size_t k = 0; k < 8; ++k) sums->x[k] += x[k] * y;
    #endif
    }

    /* The matrix c = a b; element (i, j) of a is at i * a_row + j * a_column. Sums are of at most
       256 terms, which are added one after the other. */
    VERSIONS
    static void matrix_product(
        size_t rows, size_t columns, size_t inner, const REAL *a, size_t a_row, size_t a_column,
        const REAL *b, size_t b_row, size_t b_column, REAL *c) {
        REAL panel[256 * 8], sums[4][8];
        if (columns == 1) {
            matrix_by_vector(rows, inner, a, a_row, a_column, b, b_row, c);
            return;
        }
        if (rows == 1) {
            matrix_by_vector(columns, inner, b, b_column, b_row, a, a_column, c);
            return;
        }
        for (size_t i = 0; inner == 0 && i < rows * columns; ++i) c[i] = 0;
        for (size_t j = 0; j < columns; j += 8) {
            const size_t width = columns - j < 8 ? columns - j : 8;
            for (size_t first = 0; first < inner; first += 256) {
                const size_t terms = inner - first < 256 ? inner - first : 256;
                for (size_t l = 0; l < terms; ++l) {
                    const REAL *const row = b + (first + l) * b_row + j * b_column;
                    for (size_t q = 0; q < 8; ++q) {
                        panel[8 * l + q] = q < width ? row[q * b_column] : 0;
                    }
                }
                for (size_t i = 0; i < rows; i += 4) {
                    const size_t height = rows - i < 4 ? rows - i : 4;
                    const REAL *const r0 = a + i * a_row + first * a_column;
                    const REAL *const r1 = height > 1 ? r0 + a_row : r0;
                    const REAL *const r2 = height > 2 ? r1 + a_row : r1;
                    const REAL *const r3 = height > 3 ? r2 + a_row : r2;
                    eight t[4];
                    memset(t, 0, sizeof t);
                    for (size_t l = 0; l < terms; ++l) {
                        const REAL *const p = panel + 8 * l;
                        add_products(&t[0], p, r0[l * a_column]);
                        add_products(&t[1], p, r1[l * a_column]);
                        add_products(&t[2], p, r2[l * a_column]);
                        add_products(&t[3], p, r3[l * a_column]);
                    }
                    memcpy(sums, t, sizeof sums);
                    for (size_t p = 0; p < height; ++p) {
                        REAL *const to = c + (i + p) * columns + j;
                        for (size_t q = 0; q < width; ++q) {
                            to[q] = first > 0 ? to[q] + sums[p][q] : sums[p][q];
                        }
                    }
                }
            }
        }
    }
    """
}
