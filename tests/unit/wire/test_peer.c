// SPDX-License-Identifier: Apache-2.0
//
// The clocks of connections: who is silent is shut out, who is busy never is.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/private.h"

enum { SIGNS = 200000 };

typedef struct {
    hf_server server;
    peer who;
    int ends[2];
    atomic_bool is_over;
} fixture;

static void set_up(fixture *f, uint64_t silent_ns_max)
{
    *f = (fixture){.server = {.silent_ns_max = silent_ns_max}};
    assert_int_equal(pthread_mutex_init(&f->server.peer_lock, NULL), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, f->ends), 0);
    f->who = (peer){.fd = f->ends[0]};
    f->server.peers = &f->who;
    assert_true(hf_peer_enter(&f->server, &f->who, PEER_IDLE));
}

static void tear_down(fixture *f)
{
    (void)close(f->ends[0]);
    (void)close(f->ends[1]);
    (void)pthread_mutex_destroy(&f->server.peer_lock);
}

static void watch(void *context)
{
    fixture *f = context;
    while (!atomic_load(&f->is_over))
        hf_peer_check_clocks(&f->server);
}

// A sign of life that comes while the clocks are being read is no long silence.
static void busy_client_is_never_late(void **state)
{
    (void)state;
    static fixture f;
    set_up(&f, UINT64_C(3600) * 1000000000u);
    hf_thread *watcher = hf_thread_start(watch, &f);
    bool is_alive = true;
    for (int i = 0; i < SIGNS && is_alive; i++)
        is_alive = hf_peer_enter(&f.server, &f.who, i % 2 == 0 ? PEER_HEAD : PEER_IDLE);
    atomic_store(&f.is_over, true);
    hf_thread_join(&watcher);
    assert_true(is_alive);
    assert_true(hf_peer_enter(&f.server, &f.who, PEER_IDLE));
    tear_down(&f);
}

static void silent_client_is_shut_out(void **state)
{
    (void)state;
    static fixture f;
    char byte = 0;
    set_up(&f, 1);
    assert_int_equal(usleep(1000), 0);
    hf_peer_check_clocks(&f.server);
    assert_false(hf_peer_enter(&f.server, &f.who, PEER_HEAD));
    assert_int_equal(recv(f.ends[1], &byte, 1, 0),
                     0); // its end of the line is closed, without a word
    tear_down(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(busy_client_is_never_late),
        cmocka_unit_test(silent_client_is_shut_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
