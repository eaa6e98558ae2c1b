/* Written by adc 0.1.0 from the model kalman (b0afea343a75b5ed). */

#include "kalman.h"

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
#pragma GCC optimize("no-trapping-math", "tree-vectorize", "vect-cost-model=dynamic")
#endif

/* Functions with loops have versions for the vectors of newer processors, where the C library
   chooses among such. */
#if defined(__x86_64__) && defined(__GLIBC__) && (defined(__clang__) || __GNUC__ >= 12)
#define VERSIONS __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define VERSIONS
#endif

size_t kalman_workspace(size_t T) {
    return T * 2;
}

VERSIONS
double kalman_loss(size_t T, const double *RESTRICT flow, double log_noise, double log_drift) {
    /* let (levels, variances, costs) = scan(t in 1..<T, m = flow[0], p = noise + drift, cost = 0: ... */
    const double noise = exp(log_noise);
    const double drift = exp(log_drift);
    const double t1 = noise + drift;
    double m = flow[0];
    double p = t1;
    double cost = 0.0;
    for (size_t t = 0; t < T - 1; ++t) {
        const double spread = p + noise;
        const double p_next = p * noise / spread + drift;
        const double surprise = flow[t + 1] - m;
        const double m_next = m + p * surprise / spread;
        const double cost_next = cost + (log(spread) + surprise * surprise / spread);
        m = m_next;
        p = p_next;
        cost = cost_next;
    }
    /* minimize costs[-1]/2 */
    return cost * 0.5;
}

VERSIONS
double kalman_gradient(
    size_t T, const double *RESTRICT flow, double log_noise, double log_drift,
    double *RESTRICT d_log_noise, double *RESTRICT d_log_drift, double *RESTRICT work) {
    double *RESTRICT const m_before = work;  /* [T - 1] */
    double *RESTRICT const p_before = work + T - 1;  /* [T - 1] */

    /* let (levels, variances, costs) = scan(t in 1..<T, m = flow[0], p = noise + drift, cost = 0: ... */
    const double noise = exp(log_noise);
    const double drift = exp(log_drift);
    const double t1 = noise + drift;
    double m = flow[0];
    double p = t1;
    double cost = 0.0;
    for (size_t t = 0; t < T - 1; ++t) {
        const double spread = p + noise;
        const double p_next = p * noise / spread + drift;
        const double surprise = flow[t + 1] - m;
        const double m_next = m + p * surprise / spread;
        const double cost_next = cost + (log(spread) + surprise * surprise / spread);
        m_before[t] = m;
        p_before[t] = p;
        m = m_next;
        p = p_next;
        cost = cost_next;
    }
    /* minimize costs[-1]/2 */
    double d_m = 0.0;
    double d_p = 0.0;
    double d_noise = 0.0;
    double d_drift = 0.0;
    for (size_t t = T - 1; t-- > 0;) {
        const double spread = p_before[t] + noise;
        const double d_drift_next = d_drift + d_p;
        const double surprise = flow[t + 1] - m_before[t];
        const double t2 = d_m * surprise - p_before[t] * d_p;
        const double t3 = -0.5 * (surprise * surprise) - p_before[t] * t2;
        const double t4 = (0.5 + t3 / spread) / spread;
        const double d_p_next = t4 + (t2 + noise * d_p) / spread;
        const double d_noise_next = d_noise + t4;
        const double d_m_next = (noise * d_m - flow[t + 1] + m_before[t]) / spread;
        d_m = d_m_next;
        d_p = d_p_next;
        d_noise = d_noise_next;
        d_drift = d_drift_next;
    }
    /* let noise = exp(log_noise) */
    *d_log_noise = noise * (d_p + d_noise);
    *d_log_drift = drift * (d_p + d_drift);
    return cost * 0.5;
}

VERSIONS
double kalman_step(
    size_t T, const double *RESTRICT flow, double *RESTRICT log_noise, double *RESTRICT log_drift,
    double *RESTRICT m_log_noise, double *RESTRICT v_log_noise, double *RESTRICT m_log_drift,
    double *RESTRICT v_log_drift, double step, double *RESTRICT work) {
    double *RESTRICT const m_before = work;  /* [T - 1] */
    double *RESTRICT const p_before = work + T - 1;  /* [T - 1] */

    /* let (levels, variances, costs) = scan(t in 1..<T, m = flow[0], p = noise + drift, cost = 0: ... */
    const double noise = exp(*log_noise);
    const double drift = exp(*log_drift);
    const double t1 = noise + drift;
    double m = flow[0];
    double p = t1;
    double cost = 0.0;
    for (size_t t = 0; t < T - 1; ++t) {
        const double spread = p + noise;
        const double p_next = p * noise / spread + drift;
        const double surprise = flow[t + 1] - m;
        const double m_next = m + p * surprise / spread;
        const double cost_next = cost + (log(spread) + surprise * surprise / spread);
        m_before[t] = m;
        p_before[t] = p;
        m = m_next;
        p = p_next;
        cost = cost_next;
    }
    /* minimize costs[-1]/2 */
    const double loss = cost * 0.5;
    double d_m = 0.0;
    double d_p = 0.0;
    double d_noise = 0.0;
    double d_drift = 0.0;
    for (size_t t = T - 1; t-- > 0;) {
        const double spread = p_before[t] + noise;
        const double d_drift_next = d_drift + d_p;
        const double surprise = flow[t + 1] - m_before[t];
        const double t2 = d_m * surprise - p_before[t] * d_p;
        const double t3 = -0.5 * (surprise * surprise) - p_before[t] * t2;
        const double t4 = (0.5 + t3 / spread) / spread;
        const double d_p_next = t4 + (t2 + noise * d_p) / spread;
        const double d_noise_next = d_noise + t4;
        const double d_m_next = (noise * d_m - flow[t + 1] + m_before[t]) / spread;
        d_m = d_m_next;
        d_p = d_p_next;
        d_noise = d_noise_next;
        d_drift = d_drift_next;
    }
    const double t = step + 1.0;
    const double d_log_drift = drift * (d_p + d_drift);
    const double d_log_noise = noise * (d_p + d_noise);
    const double m_log_noise_next = 0.9 * *m_log_noise + 0.09999999999999998 * d_log_noise;
    const double m_log_drift_next = 0.9 * *m_log_drift + 0.09999999999999998 * d_log_drift;
    const double t5 = 0.1 * pow(0.995, step) * sqrt(1.0 - pow(0.999, t));
    const double alpha = t5 / (1.0 - pow(0.9, t));
    const double v_log_noise_next = 0.999 * *v_log_noise
        + 0.0010000000000000009 * (d_log_noise * d_log_noise);
    const double t6 = alpha * m_log_noise_next / (sqrt(v_log_noise_next) + 1e-07);
    const double log_noise_next = *log_noise - t6;
    const double v_log_drift_next = 0.999 * *v_log_drift
        + 0.0010000000000000009 * (d_log_drift * d_log_drift);
    const double t7 = alpha * m_log_drift_next / (sqrt(v_log_drift_next) + 1e-07);
    const double log_drift_next = *log_drift - t7;
    *log_noise = log_noise_next;
    *m_log_noise = m_log_noise_next;
    *v_log_noise = v_log_noise_next;
    *log_drift = log_drift_next;
    *m_log_drift = m_log_drift_next;
    *v_log_drift = v_log_drift_next;
    return loss;
}

void kalman_start(
    size_t T, double *RESTRICT m_log_noise, double *RESTRICT v_log_noise,
    double *RESTRICT m_log_drift, double *RESTRICT v_log_drift) {
    (void)T;

    *m_log_noise = 0.0;
    *v_log_noise = 0.0;
    *m_log_drift = 0.0;
    *v_log_drift = 0.0;
}

VERSIONS
void kalman_predict(
    size_t T, const double *RESTRICT flow, double log_noise, double log_drift,
    double *RESTRICT level) {
    /* let (levels, variances, costs) = scan(t in 1..<T, m = flow[0], p = noise + drift, cost = 0: ... */
    const double noise = exp(log_noise);
    const double drift = exp(log_drift);
    const double t1 = noise + drift;
    double m = flow[0];
    double p = t1;
    for (size_t t = 0; t < T - 1; ++t) {
        const double spread = p + noise;
        const double p_next = p * noise / spread + drift;
        const double surprise = flow[t + 1] - m;
        const double m_next = m + p * surprise / spread;
        level[t] = m_next;
        m = m_next;
        p = p_next;
    }
}
