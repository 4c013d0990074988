// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C during a long question: what is running is asked to stop, so that what is known is kept and a message says
// so. A second one ends the program at once.
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "cli/cli.h"

#define LOOK_NS 50000000l // how soon the thread sees that it is over

struct hf_interrupt {
    hf_watch *watch;
    hf_plans *plans;
    sigset_t signals, before;
    hf_thread *thread;
    atomic_bool is_over;
};

static void wait_for_signal(void *context)
{
    hf_interrupt *interrupt = context;
    const struct timespec pause = {.tv_nsec = LOOK_NS};
    while (!atomic_load(&interrupt->is_over)) {
        if (sigtimedwait(&interrupt->signals, NULL, &pause) < 0)
            continue;
        atomic_store(&interrupt->watch->stop, true);
        hf_plans_stop(interrupt->plans);
        // The next one finds a thread that does not hold it, and does what it does by default.
        (void)pthread_sigmask(SIG_UNBLOCK, &interrupt->signals, NULL);
        return;
    }
}

hf_interrupt *hf_interrupt_begin(hf_cli *cli, hf_watch *watch)
{
    hf_interrupt *interrupt = HF_NEW(&cli->arena, hf_interrupt);
    interrupt->watch = watch;
    interrupt->plans = cli->session.plans = hf_plans_open();
    (void)sigemptyset(&interrupt->signals);
    (void)sigaddset(&interrupt->signals, SIGINT);
    (void)sigaddset(&interrupt->signals, SIGTERM);
    (void)pthread_sigmask(SIG_BLOCK, &interrupt->signals, &interrupt->before);
    interrupt->thread = hf_thread_start(wait_for_signal, interrupt);
    return interrupt;
}

void hf_interrupt_end(hf_cli *cli, hf_interrupt **slot)
{
    hf_interrupt *interrupt = *slot;
    *slot = NULL;
    atomic_store(&interrupt->is_over, true);
    hf_thread_join(&interrupt->thread);
    (void)pthread_sigmask(SIG_SETMASK, &interrupt->before, NULL);
    cli->session.plans = NULL;
    hf_plans_close(&interrupt->plans);
}
