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
    /* let (levels, variances, costs) = scan(t in 1..<T, m = flow[0], p = noise + drift, cost = 0: { */
    const double noise = exp(log_noise);
    const double drift = exp(log_drift);
    const double t1 = noise + drift;
    double m = flow[0];
    double p = t1;
    double cost = 0.0;
    for (size_t t = 0; t < T - 1; ++t) {
        const double t2 = p + noise;
        const double p_next = p * noise / t2 + drift;
        const double t3 = flow[t + 1] - m;
        const double m_next = m + p * t3 / t2;
        const double cost_next = cost + (log(t2) + t3 * t3 / t2);
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

    /* minimize costs[-1]/2 */
    const double noise = exp(log_noise);
    const double drift = exp(log_drift);
    const double t1 = noise + drift;
    double m = flow[0];
    double p = t1;
    double cost = 0.0;
    for (size_t t = 0; t < T - 1; ++t) {
        /* let (levels, variances, costs) = scan(t in 1..<T, m = flow[0], p = noise + drift, cost = 0: { */
        const double t2 = p + noise;
        const double p_next = p * noise / t2 + drift;
        const double t3 = flow[t + 1] - m;
        const double m_next = m + p * t3 / t2;
        const double cost_next = cost + (log(t2) + t3 * t3 / t2);
        m_before[t] = m;
        p_before[t] = p;
        m = m_next;
        p = p_next;
        cost = cost_next;
    }
    double m2 = 0.0;
    double p2 = 0.0;
    double value = 0.0;
    double value2 = 0.0;
    for (size_t t = T - 1; t-- > 0;) {
        const double t4 = p_before[t] + noise;
        const double value_next = value2 + p2;
        const double t5 = flow[t + 1] - m_before[t];
        const double t6 = m2 * t5 - p_before[t] * p2;
        const double m_next2 = m2 + (-t5 - p_before[t] * m2) / t4;
        const double t7 = (-(p_before[t] * t6) - 0.5 * (t5 * t5)) / t4;
        const double t8 = (0.5 + t7) / t4;
        const double p_next2 = t8 + (t6 + noise * p2) / t4;
        const double value_next2 = value + t8;
        m2 = m_next2;
        p2 = p_next2;
        value = value_next2;
        value2 = value_next;
    }
    /* let noise = exp(log_noise) */
    *d_log_noise = noise * (p2 + value);
    *d_log_drift = drift * (p2 + value2);
    return cost * 0.5;
}

VERSIONS
double kalman_step(
    size_t T, const double *RESTRICT flow, double *RESTRICT log_noise, double *RESTRICT log_drift,
    double *RESTRICT m_log_noise, double *RESTRICT v_log_noise, double *RESTRICT m_log_drift,
    double *RESTRICT v_log_drift, double step, double *RESTRICT work) {
    double *RESTRICT const m_before = work;  /* [T - 1] */
    double *RESTRICT const p_before = work + T - 1;  /* [T - 1] */

    /* minimize costs[-1]/2 */
    const double noise = exp(*log_noise);
    const double drift = exp(*log_drift);
    const double t1 = noise + drift;
    double m = flow[0];
    double p = t1;
    double cost = 0.0;
    for (size_t t = 0; t < T - 1; ++t) {
        /* let (levels, variances, costs) = scan(t in 1..<T, m = flow[0], p = noise + drift, cost = 0: { */
        const double t2 = p + noise;
        const double p_next = p * noise / t2 + drift;
        const double t3 = flow[t + 1] - m;
        const double m_next = m + p * t3 / t2;
        const double cost_next = cost + (log(t2) + t3 * t3 / t2);
        m_before[t] = m;
        p_before[t] = p;
        m = m_next;
        p = p_next;
        cost = cost_next;
    }
    const double loss = cost * 0.5;
    double m2 = 0.0;
    double p2 = 0.0;
    double value = 0.0;
    double value2 = 0.0;
    for (size_t t = T - 1; t-- > 0;) {
        const double t4 = p_before[t] + noise;
        const double value_next = value2 + p2;
        const double t5 = flow[t + 1] - m_before[t];
        const double t6 = m2 * t5 - p_before[t] * p2;
        const double m_next2 = m2 + (-t5 - p_before[t] * m2) / t4;
        const double t7 = (-(p_before[t] * t6) - 0.5 * (t5 * t5)) / t4;
        const double t8 = (0.5 + t7) / t4;
        const double p_next2 = t8 + (t6 + noise * p2) / t4;
        const double value_next2 = value + t8;
        m2 = m_next2;
        p2 = p_next2;
        value = value_next2;
        value2 = value_next;
    }
    const double t9 = step + 1.0;
    const double t10 = 0.1 * pow(0.995, step) * sqrt(1.0 - pow(0.999, t9));
    const double t11 = t10 / (1.0 - pow(0.9, t9));
    const double t12 = drift * (p2 + value2);
    const double t13 = noise * (p2 + value);
    const double t14 = 0.9 * *m_log_noise + 0.09999999999999998 * t13;
    const double t15 = 0.999 * *v_log_noise + 0.0010000000000000009 * (t13 * t13);
    const double t16 = *log_noise - t11 * t14 / (sqrt(t15) + 1e-07);
    const double t17 = 0.9 * *m_log_drift + 0.09999999999999998 * t12;
    const double t18 = 0.999 * *v_log_drift + 0.0010000000000000009 * (t12 * t12);
    const double t19 = *log_drift - t11 * t17 / (sqrt(t18) + 1e-07);
    *log_noise = t16;
    *m_log_noise = t14;
    *v_log_noise = t15;
    *log_drift = t19;
    *m_log_drift = t17;
    *v_log_drift = t18;
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
    /* let (levels, variances, costs) = scan(t in 1..<T, m = flow[0], p = noise + drift, cost = 0: { */
    const double noise = exp(log_noise);
    const double drift = exp(log_drift);
    const double t1 = noise + drift;
    double m = flow[0];
    double p = t1;
    for (size_t t = 0; t < T - 1; ++t) {
        const double t2 = p + noise;
        const double p_next = p * noise / t2 + drift;
        const double m_next = m + p * (flow[t + 1] - m) / t2;
        level[t] = m_next;
        m = m_next;
        p = p_next;
    }
}
