/* Written by adc 0.1.0 from the model linear_regression (17f4647a276f1ca5).

   Linear regression: 200 points about the line y = 3x + 2, found again from the points.
   The data are made: x uniform in -2...2, normal noise of standard deviation 0.3.

   Arrays are of double, row by row, and no two of a call overlap. `work` has room for as many
   numbers as `linear_regression_workspace` says; what it holds before and after a call does not
   matter. */

#ifndef LINEAR_REGRESSION_H
#define LINEAR_REGRESSION_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers that a workspace must have room for. */
size_t linear_regression_workspace(size_t n);

/* The loss.
   x, y: shape [n, 1]
   W: shape [1, 1]
   b: shape [1] */
double linear_regression_loss(
    size_t n, const double *x, const double *y, const double *W, const double *b, double *work);

/* The loss, and its gradient by each parameter.
   x, y: shape [n, 1]
   W: shape [1, 1]
   b: shape [1]
   d_W: shape [1, 1]
   d_b: shape [1] */
double linear_regression_gradient(
    size_t n, const double *x, const double *y, const double *W, const double *b, double *d_W,
    double *d_b, double *work);

/* One update of the parameters; the loss before it.
   x, y: shape [n, 1]
   W: shape [1, 1]
   b: shape [1]
   epoch: the number of epochs before this one */
double linear_regression_step(
    size_t n, const double *x, const double *y, double *W, double *b, double epoch, double *work);

/* The model's outputs.
   x: shape [n, 1]
   W: shape [1, 1]
   b: shape [1]
   y_fitted: shape [n, 1] */
void linear_regression_predict(
    size_t n, const double *x, const double *W, const double *b, double *y_fitted, double *work);

#ifdef __cplusplus
}
#endif

#endif
