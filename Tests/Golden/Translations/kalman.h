/* Written by adc 0.1.0 from the model kalman (b0afea343a75b5ed).

   The flow of the Nile at Aswan, 1871 to 1970, in 10^8 m^3 a year: a level that drifts, seen through
   noise. The likelihood of both variances comes from a Kalman filter, a scan over the years.

   Arrays are of double, row by row, and no two of a call overlap. `work` has room for as many
   numbers as `kalman_workspace` says; what it holds before and after a call does not matter. */

#ifndef KALMAN_H
#define KALMAN_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The numbers that a workspace must have room for. */
size_t kalman_workspace(size_t T);

/* The loss.
   flow: shape [T] */
double kalman_loss(size_t T, const double *flow, double log_noise, double log_drift);

/* The loss, and its gradient by each parameter.
   flow: shape [T] */
double kalman_gradient(
    size_t T, const double *flow, double log_noise, double log_drift, double *d_log_noise,
    double *d_log_drift, double *work);

/* One update of the parameters; the loss before it.
   flow: shape [T]
   m_log_noise, v_log_noise, m_log_drift, v_log_drift: what the optimizer remembers
   step: the number of steps before this one */
double kalman_step(
    size_t T, const double *flow, double *log_noise, double *log_drift, double *m_log_noise,
    double *v_log_noise, double *m_log_drift, double *v_log_drift, double step, double *work);

/* Sets what the optimizer remembers to its first values.
   m_log_noise, v_log_noise, m_log_drift, v_log_drift: what the optimizer remembers */
void kalman_start(
    size_t T, double *m_log_noise, double *v_log_noise, double *m_log_drift, double *v_log_drift);

/* The model's outputs.
   flow: shape [T]
   level: shape [T - 1] */
void kalman_predict(
    size_t T, const double *flow, double log_noise, double log_drift, double *level);

#ifdef __cplusplus
}
#endif

#endif
