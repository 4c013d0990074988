// SPDX-License-Identifier: Apache-2.0
//
// The failing driver: see faulty.h. Rollback, close and finish never fail, as the drivers promise.
#include "store/faulty.h"

#include "base/arena.h"

typedef struct {
    hf_db base;
    hf_db *inner;
    hf_fault_plan *plan;
    hf_arena arena;
} faulty_db;

typedef struct {
    hf_db_statement base;
    hf_db_statement *inner;
    faulty_db *db;
    hf_arena arena;
} faulty_statement;

static bool may_go_on(hf_fault_plan *plan, hf_fault_call call, hf_error *err)
{
    plan->last[call] = ++plan->call_count;
    bool fails = plan->fail_at != 0 && (plan->call_count == plan->fail_at ||
                                        (plan->fails_on && plan->call_count > plan->fail_at));
    if (!fails)
        return true;
    plan->has_failed = true;
    const char *code = plan->kind == HF_ERR_WRITE  ? "store.full"
                       : plan->kind == HF_ERR_BUSY ? "store.busy"
                                                   : "store.damaged";
    return hf_fail(err, plan->kind, code, "planned fault at call %llu",
                   (unsigned long long)plan->call_count);
}

// Only what opens it really can fail: the look comes before.
static bool look(const hf_db_options *options, hf_db_found *out, hf_error *err)
{
    const hf_fault_plan *plan = options->driver_state;
    return plan->driver->look(options, out, err);
}

static bool open_db(const hf_db_options *options, hf_db **out, hf_error *err)
{
    hf_fault_plan *plan = options->driver_state;
    hf_db *inner = NULL;
    if (!may_go_on(plan, HF_FAULT_OPEN, err) || !plan->driver->open(options, &inner, err))
        return false;
    hf_arena arena = {0};
    faulty_db *db = HF_NEW(&arena, faulty_db);
    *db = (faulty_db){.base = {&hf_db_faulty}, .inner = inner, .plan = plan, .arena = arena};
    *out = &db->base;
    return true;
}

static void close_db(hf_db *base)
{
    faulty_db *db = (faulty_db *)base;
    db->plan->driver->close(db->inner);
    hf_arena arena = db->arena;
    hf_arena_done(&arena);
}

static bool run(hf_db *base, const char *sql, hf_error *err)
{
    faulty_db *db = (faulty_db *)base;
    return may_go_on(db->plan, HF_FAULT_RUN, err) && db->plan->driver->run(db->inner, sql, err);
}

static bool begin(hf_db *base, hf_db_begin kind, hf_error *err)
{
    faulty_db *db = (faulty_db *)base;
    return may_go_on(db->plan, HF_FAULT_BEGIN, err) &&
           db->plan->driver->begin(db->inner, kind, err);
}

static bool commit(hf_db *base, hf_error *err)
{
    faulty_db *db = (faulty_db *)base;
    return may_go_on(db->plan, HF_FAULT_COMMIT, err) && db->plan->driver->commit(db->inner, err);
}

static bool write_straight(hf_db *base, bool is_straight, hf_error *err)
{
    faulty_db *db = (faulty_db *)base;
    return may_go_on(db->plan, HF_FAULT_STRAIGHT, err) &&
           db->plan->driver->write_straight(db->inner, is_straight, err);
}

static void sort_rows(hf_db *base, bool is_sorting)
{
    faulty_db *db = (faulty_db *)base;
    db->plan->driver->sort_rows(db->inner, is_sorting);
}

static void rollback(hf_db *base)
{
    faulty_db *db = (faulty_db *)base;
    db->plan->driver->rollback(db->inner);
}

static bool prepare(hf_db *base, const char *sql, hf_db_statement **out, hf_error *err)
{
    faulty_db *db = (faulty_db *)base;
    hf_db_statement *inner = NULL;
    if (!may_go_on(db->plan, HF_FAULT_PREPARE, err) ||
        !db->plan->driver->prepare(db->inner, sql, &inner, err))
        return false;
    hf_arena arena = {0};
    faulty_statement *statement = HF_NEW(&arena, faulty_statement);
    *statement =
        (faulty_statement){.base = {&hf_db_faulty}, .inner = inner, .db = db, .arena = arena};
    *out = &statement->base;
    return true;
}

static void bind(hf_db_statement *base, int position, const hf_value *value)
{
    faulty_statement *statement = (faulty_statement *)base;
    statement->db->plan->driver->bind(statement->inner, position, value);
}

static bool step(hf_db_statement *base, bool *has_row, hf_error *err)
{
    faulty_statement *statement = (faulty_statement *)base;
    hf_fault_plan *plan = statement->db->plan;
    return may_go_on(plan, HF_FAULT_STEP, err) &&
           plan->driver->step(statement->inner, has_row, err);
}

static void column(hf_db_statement *base, int index, hf_value *out)
{
    faulty_statement *statement = (faulty_statement *)base;
    statement->db->plan->driver->column(statement->inner, index, out);
}

static void reset(hf_db_statement *base)
{
    faulty_statement *statement = (faulty_statement *)base;
    statement->db->plan->driver->reset(statement->inner);
}

static void finish(hf_db_statement *base)
{
    faulty_statement *statement = (faulty_statement *)base;
    statement->db->plan->driver->finish(statement->inner);
    hf_arena arena = statement->arena;
    hf_arena_done(&arena);
}

static bool copy(hf_db *base, const hf_pieces *to, hf_error *err)
{
    faulty_db *db = (faulty_db *)base;
    return may_go_on(db->plan, HF_FAULT_COPY, err) && db->plan->driver->copy(db->inner, to, err);
}

const hf_db_driver hf_db_faulty = {
    .name = "faulty",
    .words = &hf_dialect_sqlite,
    .look = look,
    .open = open_db,
    .close = close_db,
    .run = run,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .write_straight = write_straight,
    .sort_rows = sort_rows,
    .prepare = prepare,
    .bind = bind,
    .step = step,
    .column = column,
    .reset = reset,
    .finish = finish,
    .copy = copy,
};
