/* Written by adc 0.1.0 from the model rosenbrock (bccae8d3d5474ca0).

   Rosenbrock's valley (1960): easy to get into, long to walk; the minimum is at (1, 1).

   Arrays are of double, row by row, and no two of a call overlap. `work` has room for as many
   numbers as `rosenbrock_workspace` says; what it holds before and after a call does not matter. */

#ifndef ROSENBROCK_H
#define ROSENBROCK_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers that a workspace must have room for. */
size_t rosenbrock_workspace(void);

/* The loss. */
double rosenbrock_loss(double x, double y);

/* The loss, and its gradient by each parameter. */
double rosenbrock_gradient(double x, double y, double *d_x, double *d_y);

/* One update of the parameters; the loss before it. */
double rosenbrock_step(
    double *x, double *y, double *m_x, double *v_x, double *m_y, double *v_y, double step);

/* Sets what the optimizer remembers to its first values. */
void rosenbrock_start(double *m_x, double *v_x, double *m_y, double *v_y);

#ifdef __cplusplus
}
#endif

#endif
