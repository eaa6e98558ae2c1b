/* Written by adc 0.1.0 from the model rosenbrock (bccae8d3d5474ca0).

   Rosenbrock's valley (1960): easy to get into, long to walk; the minimum is at (1, 1).

   Arrays are of double, row by row, and no two of a call overlap. */

#ifndef ROSENBROCK_H
#define ROSENBROCK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The loss. */
double rosenbrock_loss(double x, double y);

/* The loss, and its gradient by each parameter. */
double rosenbrock_gradient(double x, double y, double *d_x, double *d_y);

/* One update of the parameters; the loss before it.
   m_x, v_x, m_y, v_y: what the optimizer remembers
   step: the number of steps before this one */
double rosenbrock_step(
    double *x, double *y, double *m_x, double *v_x, double *m_y, double *v_y, double step);

/* Sets what the optimizer remembers to its first values.
   m_x, v_x, m_y, v_y: what the optimizer remembers */
void rosenbrock_start(double *m_x, double *v_x, double *m_y, double *v_y);

#ifdef __cplusplus
}
#endif

#endif
