#ifndef SNAPY_CLOCK_H
#define SNAPY_CLOCK_H

#include "types.h"

#if defined(__x86_64__) && defined(__linux__)
#define TIME_STAMP_COUNTER 1
#include <x86intrin.h>
#endif

/* What is known of the counter of the processor: seconds are `seconds` plus `rate` times the ticks since `ticks`. A rate of
 * 0 says that the counter is not used. */
typedef struct {
    uint64_t ticks;
    double seconds;
    double rate;
} CounterRate;

extern CounterRate counter_rate;

/* Whether the counter can be trusted is found out once, when the module is loaded. */
void clock_begin(void);
/* Seconds by the clock of the system, which the counter follows from here on; -1.0 with an error. To be called every few
 * milliseconds. */
double clock_checked(State *state);

/* Seconds, as time.perf_counter() gives them; -1.0 with an error. */
static inline double
clock_now(State *state)
{
#ifdef TIME_STAMP_COUNTER
    if (counter_rate.rate > 0.0) {
        return counter_rate.seconds + (double)(int64_t)(__rdtsc() - counter_rate.ticks) * counter_rate.rate;
    }
#endif
    return clock_checked(state);
}

/* The function of the module. */
PyObject *clock_seconds(PyObject *module, PyObject *unused);

#endif
