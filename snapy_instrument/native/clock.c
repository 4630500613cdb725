/* The time of events. To ask the system costs as much as all the rest of recording a return, so it is the counter of the
 * processor that is read, where that runs at one rate on all processors and the system itself keeps time by it. */
#include "clock.h"

#include "state.h"

#if defined(__linux__)
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#endif

CounterRate counter_rate;

#ifdef TIME_STAMP_COUNTER
#include <cpuid.h>

/* Over less, the rate is not exact enough; and what the counter says may differ from the clock by this much. */
static const double SHORTEST = 0.02, MOST_APART = 0.001;

static struct {
    char usable;
    uint64_t ticks;
    double seconds;
} begin;
#endif

#if defined(__linux__)
static double
monotonic(void)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec * 1e-9;
}
#endif

void
clock_begin(void)
{
#ifdef TIME_STAMP_COUNTER
    unsigned a, b, c, d = 0;
    char source[8] = "";
    int invariant = __get_cpuid(0x80000007, &a, &b, &c, &d) && (d >> 8 & 1);
    /* The kernel leaves it for another source where the processors disagree. */
    int file = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY | O_CLOEXEC);
    ssize_t size = file < 0 ? -1 : read(file, source, sizeof(source));
    if (file >= 0) {
        close(file);
    }
    begin.usable = invariant && size == 4 && memcmp(source, "tsc\n", 4) == 0;
    begin.seconds = monotonic();
    begin.ticks = __rdtsc();
#endif
}

#ifdef TIME_STAMP_COUNTER
static double
follow(double seconds)
{
    uint64_t ticks = __rdtsc();
    double passed = seconds - begin.seconds;
    if (!begin.usable || passed < SHORTEST) {
        return seconds;
    }
    if (counter_rate.rate > 0.0) {
        double counted = counter_rate.seconds + (double)(int64_t)(ticks - counter_rate.ticks) * counter_rate.rate;
        if (counted - seconds > MOST_APART || seconds - counted > MOST_APART) {
            /* The system slept, or the program was moved to another machine: only the system knows. */
            begin.usable = 0;
            counter_rate.rate = 0.0;
            return seconds;
        }
        seconds = seconds > counted ? seconds : counted; /* time does not go back */
    }
    counter_rate = (CounterRate){ticks, seconds, passed / (double)(ticks - begin.ticks)};
    return seconds;
}
#endif

double
clock_checked(State *state)
{
#if defined(TIME_STAMP_COUNTER)
    (void)state;
    return follow(monotonic());
#elif defined(__linux__)
    (void)state;
    return monotonic(); /* what perf_counter() reads there (Python/pytime.c) */
#elif PY_VERSION_HEX >= 0x030D0000
    PyTime_t ticks;
    (void)state;
    return PyTime_PerfCounterRaw(&ticks) < 0 ? -1.0 : PyTime_AsSecondsDouble(ticks);
#else
    PyObject *seconds = PyObject_CallNoArgs(state->clock);
    double found = seconds == NULL ? -1.0 : PyFloat_AsDouble(seconds);
    Py_XDECREF(seconds);
    return found;
#endif
}

PyObject *
clock_seconds(PyObject *module, PyObject *Py_UNUSED(unused))
{
    double seconds = clock_now(state_of(module));
    return seconds < 0.0 ? NULL : PyFloat_FromDouble(seconds);
}
