/* Written by adc 0.1.0 from the model linear_regression (17f4647a276f1ca5). */

#include "linear_regression.h"

#include <math.h>
#include <string.h>

#ifdef __cplusplus
#define RESTRICT
#else
#define RESTRICT restrict
#endif

/* Products and sums are rounded one by one, whatever the processor can do. */
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#pragma GCC optimize("no-trapping-math", "tree-vectorize", "vect-cost-model=dynamic")
#endif

/* Functions with loops have versions for the vectors of newer processors, where the C library
   chooses among such. */
#if defined(__x86_64__) && defined(__GLIBC__) && (defined(__clang__) || __GNUC__ >= 12)
#define VERSIONS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VERSIONS
#endif

#ifdef __GNUC__
#define INLINE static inline __attribute__((always_inline))
#else
#define INLINE static inline
#endif

/* The sum of up to 256 numbers: sixteen interleaved sums, added pairwise. */
VERSIONS
static double sum_of_part(const double *x, size_t count) {
    double s[16] = {0.0};
    double rest = 0.0;
    size_t i = 0;
    for (; i + 16 <= count; i += 16) {
        for (size_t k = 0; k < 16; ++k) s[k] += x[i + k];
    }
    if (i + 8 <= count) {
        for (size_t k = 0; k < 8; ++k) s[k] += x[i + k];
        i += 8;
    }
    for (; i < count; ++i) rest += x[i];
    for (size_t width = 8; width > 1; width /= 2) {
        for (size_t k = 0; k < width; ++k) s[k] += s[k + width];
    }
    return s[0] + s[1] + rest;
}

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

/* The product of a vector with contiguous elements and a row: sixteen interleaved sums, then
   four, then one. */
VERSIONS
static double dot_product(
    const double *x, size_t x_step, const double *y, size_t y_step, size_t count) {
    double s[16] = {0};
    double rest = 0;
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
    size_t rows, size_t inner, const double *a, size_t a_row, size_t a_column, const double *x,
    size_t x_step, double *y) {
    size_t l = 0;
    if (a_column == 1 || a_row != 1 || rows == 1) {
        for (size_t i = 0; i < rows; ++i) {
            y[i] = dot_product(a + i * a_row, a_column, x, x_step, inner);
        }
        return;
    }
    for (size_t i = 0; i < rows; ++i) y[i] = 0;
    for (; l + 4 <= inner; l += 4) {
        const double *const a0 = a + l * a_column, *const a1 = a0 + a_column;
        const double *const a2 = a1 + a_column, *const a3 = a2 + a_column;
        const double x0 = x[l * x_step], x1 = x[(l + 1) * x_step];
        const double x2 = x[(l + 2) * x_step], x3 = x[(l + 3) * x_step];
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
typedef double eight __attribute__((vector_size(64)));
#else
typedef struct {
    double x[8];
} eight;
#endif

INLINE void add_products(eight *sums, const double *x, double y) {
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
    size_t rows, size_t columns, size_t inner, const double *a, size_t a_row, size_t a_column,
    const double *b, size_t b_row, size_t b_column, double *c) {
    double panel[256 * 8], sums[4][8];
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
                const double *const row = b + (first + l) * b_row + j * b_column;
                for (size_t q = 0; q < 8; ++q) {
                    panel[8 * l + q] = q < width ? row[q * b_column] : 0;
                }
            }
            for (size_t i = 0; i < rows; i += 4) {
                const size_t height = rows - i < 4 ? rows - i : 4;
                const double *const r0 = a + i * a_row + first * a_column;
                const double *const r1 = height > 1 ? r0 + a_row : r0;
                const double *const r2 = height > 2 ? r1 + a_row : r1;
                const double *const r3 = height > 3 ? r2 + a_row : r2;
                eight t[4];
                memset(t, 0, sizeof t);
                for (size_t l = 0; l < terms; ++l) {
                    const double *const p = panel + 8 * l;
                    add_products(&t[0], p, r0[l * a_column]);
                    add_products(&t[1], p, r1[l * a_column]);
                    add_products(&t[2], p, r2[l * a_column]);
                    add_products(&t[3], p, r3[l * a_column]);
                }
                memcpy(sums, t, sizeof sums);
                for (size_t p = 0; p < height; ++p) {
                    double *const to = c + (i + p) * columns + j;
                    for (size_t q = 0; q < width; ++q) {
                        to[q] = first > 0 ? to[q] + sums[p][q] : sums[p][q];
                    }
                }
            }
        }
    }
}

size_t linear_regression_workspace(size_t n) {
    return n * 2 + 257;
}

VERSIONS
double linear_regression_loss(
    size_t n, const double *RESTRICT x, const double *RESTRICT y, const double *RESTRICT W,
    const double *RESTRICT b, double *RESTRICT work) {
    double *RESTRICT const part = work;
    double *RESTRICT const product = work + 256;  /* [n, 1] */

    /* let prediction = x @ W + b */
    matrix_product(n, 1, 1, x, 1, 1, W, 1, 1, product);
    /* minimize mean((prediction - y)^2) */
    sum_in_parts sum_total = {0.0, 0.0};
    for (size_t start = 0; start < n; start += 256) {
        const size_t end = n - start < 256 ? n : start + 256;
        for (size_t i = start; i < end; ++i) {
            const double t1 = product[i] - y[i] + b[0];
            part[i - start] = t1 * t1;
        }
        add_to_total(&sum_total, sum_of_part(part, end - start));
    }
    const double sum = total_value(&sum_total);
    return sum / (double)n;
}

VERSIONS
double linear_regression_gradient(
    size_t n, const double *RESTRICT x, const double *RESTRICT y, const double *RESTRICT W,
    const double *RESTRICT b, double *RESTRICT d_W, double *RESTRICT d_b, double *RESTRICT work) {
    double *RESTRICT const part = work;
    double *RESTRICT const product2 = work + 256;
    double *RESTRICT const product = work + 257;  /* [n, 1] */
    double *RESTRICT const t2 = work + n + 257;  /* [n, 1] */

    /* minimize mean((prediction - y)^2) */
    const double t1 = 2.0 / (double)n;
    /* let prediction = x @ W + b */
    matrix_product(n, 1, 1, x, 1, 1, W, 1, 1, product);
    /* minimize mean((prediction - y)^2) */
    sum_in_parts sum_total = {0.0, 0.0};
    sum_in_parts sum2_total = {0.0, 0.0};
    for (size_t start = 0; start < n; start += 256) {
        const size_t end = n - start < 256 ? n : start + 256;
        for (size_t i = start; i < end; ++i) {
            const double t3 = product[i] - y[i] + b[0];
            part[i - start] = t3 * t3;
            t2[i] = t3;
        }
        add_to_total(&sum_total, sum_of_part(t2 + start, end - start));
        add_to_total(&sum2_total, sum_of_part(part, end - start));
    }
    const double sum = total_value(&sum_total);
    const double sum2 = total_value(&sum2_total);
    /* let prediction = x @ W + b */
    matrix_product(1, 1, n, x, 1, 1, t2, 1, 1, product2);
    /* minimize mean((prediction - y)^2) */
    d_b[0] = t1 * sum;
    /* let prediction = x @ W + b */
    d_W[0] = t1 * *product2;
    return sum2 / (double)n;
}

VERSIONS
double linear_regression_step(
    size_t n, const double *RESTRICT x, const double *RESTRICT y, double *RESTRICT W,
    double *RESTRICT b, double epoch, double *RESTRICT work) {
    double *RESTRICT const part = work;
    double *RESTRICT const product2 = work + 256;
    double *RESTRICT const product = work + 257;  /* [n, 1] */
    double *RESTRICT const t2 = work + n + 257;  /* [n, 1] */

    const double t1 = -0.1 * pow(0.5, epoch / 20.0) / (double)n;
    /* let prediction = x @ W + b */
    matrix_product(n, 1, 1, x, 1, 1, W, 1, 1, product);
    /* minimize mean((prediction - y)^2) */
    sum_in_parts sum_total = {0.0, 0.0};
    sum_in_parts sum2_total = {0.0, 0.0};
    for (size_t start = 0; start < n; start += 256) {
        const size_t end = n - start < 256 ? n : start + 256;
        for (size_t i = start; i < end; ++i) {
            const double t3 = product[i] - y[i] + b[0];
            part[i - start] = t3 * t3;
            t2[i] = t3;
        }
        add_to_total(&sum_total, sum_of_part(t2 + start, end - start));
        add_to_total(&sum2_total, sum_of_part(part, end - start));
    }
    const double sum = total_value(&sum_total);
    const double sum2 = total_value(&sum2_total);
    const double loss = sum2 / (double)n;
    /* let prediction = x @ W + b */
    matrix_product(1, 1, n, x, 1, 1, t2, 1, 1, product2);
    W[0] += t1 * *product2;
    b[0] += t1 * sum;
    return loss;
}

VERSIONS
void linear_regression_predict(
    size_t n, const double *RESTRICT x, const double *RESTRICT W, const double *RESTRICT b,
    double *RESTRICT y_fitted, double *RESTRICT work) {
    double *RESTRICT const product = work;  /* [n, 1] */

    /* let prediction = x @ W + b */
    matrix_product(n, 1, 1, x, 1, 1, W, 1, 1, product);
    for (size_t i = 0; i < n; ++i) {
        y_fitted[i] = product[i] + b[0];
    }
}
