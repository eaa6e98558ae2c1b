/* Written by adc 0.1.0 from the model rosenbrock (bccae8d3d5474ca0). */

#include "rosenbrock.h"

#include <math.h>

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
#endif

double rosenbrock_loss(double x, double y) {
    /* minimize (1 - x)^2 + 100*(y - x^2)^2 */
    const double t1 = 1.0 - x;
    const double t2 = y - x * x;
    return t1 * t1 + 100.0 * (t2 * t2);
}

double rosenbrock_gradient(double x, double y, double *RESTRICT d_x, double *RESTRICT d_y) {
    /* minimize (1 - x)^2 + 100*(y - x^2)^2 */
    const double t1 = 1.0 - x;
    const double t2 = y - x * x;
    *d_x = -2.0 * t1 - 400.0 * x * t2;
    *d_y = 200.0 * t2;
    return t1 * t1 + 100.0 * (t2 * t2);
}

double rosenbrock_step(
    double *RESTRICT x, double *RESTRICT y, double *RESTRICT m_x, double *RESTRICT v_x,
    double *RESTRICT m_y, double *RESTRICT v_y, double step) {
    const double t = step + 1.0;
    const double t1 = 1.0 - *x;
    const double t2 = *y - *x * *x;
    const double t3 = t2 * t2;
    const double loss = t1 * t1 + 100.0 * t3;
    const double d_x = -2.0 * t1 - 400.0 * *x * t2;
    const double t4 = 0.1 * pow(0.5, step / 2000.0) * sqrt(1.0 - pow(0.999, t));
    const double alpha = t4 / (1.0 - pow(0.9, t));
    const double m_x_next = 0.9 * *m_x + 0.09999999999999998 * d_x;
    const double v_x_next = 0.999 * *v_x + 0.0010000000000000009 * (d_x * d_x);
    const double x_next = *x - alpha * m_x_next / (sqrt(v_x_next) + 1e-07);
    const double m_y_next = 0.9 * *m_y + 19.999999999999996 * t2;
    const double v_y_next = 0.999 * *v_y + 40.000000000000036 * t3;
    const double y_next = *y - alpha * m_y_next / (sqrt(v_y_next) + 1e-07);
    *x = x_next;
    *m_x = m_x_next;
    *v_x = v_x_next;
    *y = y_next;
    *m_y = m_y_next;
    *v_y = v_y_next;
    return loss;
}

void rosenbrock_start(
    double *RESTRICT m_x, double *RESTRICT v_x, double *RESTRICT m_y, double *RESTRICT v_y) {
    *m_x = 0.0;
    *v_x = 0.0;
    *m_y = 0.0;
    *v_y = 0.0;
}
