#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What falls when a power plant fails, when, and why: cascade.c again, from Python through ctypes.

    python3 cascade.py [PATH_OF_THE_SHARED_LIBRARY]

The structs below repeat those of holdfast-engine.h field by field; a test of Holdfast compares sizes and offsets.
"""
import ctypes
import math
import sys
from ctypes import POINTER, Structure, byref, c_bool, c_char, c_char_p, c_double, c_int, c_int64, c_size_t, \
    c_uint8, c_uint32, c_uint64, c_void_p


class Arena(Structure):  # memory that dies together; zeros to begin with
    _fields_ = [("block", c_void_p), ("large", c_void_p), ("next", c_void_p), ("left_bytes", c_size_t),
                ("used_bytes", c_size_t), ("file", c_void_p)]


class Error(Structure):
    _fields_ = [("kind", c_int), ("code", c_char_p), ("line", c_uint64), ("column", c_char * 64),
                ("source", c_char * 256), ("message", c_char * 512)]


class Asset(Structure):
    _fields_ = [("id", c_uint64), ("people", c_int64), ("sector", c_uint32), ("kind", c_uint32),
                ("repair_h", c_double), ("black_start_h", c_double), ("levels", c_uint8), ("is_virtual", c_bool),
                ("repair_law", c_int)]


class Group(Structure):
    _fields_ = [("consumer", c_uint32), ("need", c_int64), ("buffer_h", c_double), ("first_member", c_uint32),
                ("member_count", c_uint32), ("recharge", c_int), ("pushes_below", c_uint8)]


class Member(Structure):
    _fields_ = [("id", c_uint64), ("supplier", c_uint32), ("capacity", c_int64), ("strength", c_double),
                ("required_level", c_uint8)]


class Input(Structure):
    _fields_ = [("assets", POINTER(Asset)), ("asset_count", c_uint32), ("groups", POINTER(Group)),
                ("group_count", c_uint32), ("members", POINTER(Member)), ("member_count", c_uint32),
                ("layers", c_void_p), ("layer_count", c_uint32), ("layer_members", c_void_p),
                ("layer_member_count", c_uint32), ("links", c_void_p), ("link_count", c_uint32),
                ("sector_count", c_uint32), ("kind_count", c_uint32)]


class Question(Structure):
    _fields_ = [("fail", POINTER(c_uint32)), ("fail_count", c_uint32), ("hours", c_double), ("step_h", c_double),
                ("restart", c_int)]


class PersonTime(Structure):
    _fields_ = [("person_steps", c_int64), ("person_last", c_int64)]


class Loss(Structure):
    _fields_ = [("people", c_int64), ("time", PersonTime), ("people_hours", c_double)]


class Fall(Structure):
    _fields_ = [("asset", c_uint32), ("level", c_uint8), ("cause", c_int), ("group", c_uint32), ("layer", c_uint32),
                ("at_h", c_double), ("until_h", c_double), ("lost_at_h", c_double), ("first_lost", c_uint32),
                ("lost_count", c_uint32), ("first_outage", c_uint32), ("outage_count", c_uint32),
                ("round", c_uint32), ("why", c_uint32), ("why_lost_at_h", c_double)]


class Cascade(Structure):
    _fields_ = [("falls", POINTER(Fall)), ("fall_count", c_uint32), ("hidden_count", c_uint32),
                ("lost", POINTER(c_uint32)), ("outages", c_void_p), ("reductions", c_void_p),
                ("reduction_count", c_uint32), ("loss", Loss), ("by_sector", POINTER(Loss)), ("hours", c_double),
                ("step_h", c_double), ("last_step_h", c_double), ("step_count", c_uint32),
                ("unfelt", c_void_p), ("broken_links", c_void_p)]


class Step(Structure):
    _fields_ = [("asset", c_uint32), ("level", c_uint8), ("cause", c_int), ("group", c_uint32),
                ("layer", c_uint32), ("at_h", c_double), ("lost_at_h", c_double), ("lost", POINTER(c_uint32)), ("lost_count", c_uint32)]


STRUCTS = {"hf_arena": Arena, "hf_error": Error, "hf_engine_asset": Asset, "hf_engine_group": Group,
           "hf_engine_member": Member, "hf_engine_input": Input, "hf_question": Question,
           "hf_person_time": PersonTime, "hf_loss": Loss, "hf_fall": Fall, "hf_cascade": Cascade, "hf_step": Step}


def load(path):
    """The library with the types of what is called here. Without them ctypes cuts pointers to 32 bits."""
    engine = ctypes.CDLL(path)
    engine.hf_plan_build.restype = c_bool
    engine.hf_plan_build.argtypes = [POINTER(Input), POINTER(Arena), POINTER(c_void_p), POINTER(Error)]
    engine.hf_engine_state_new.restype = c_void_p
    engine.hf_engine_state_new.argtypes = [c_void_p, POINTER(Arena)]
    engine.hf_cascade_run.restype = c_bool
    engine.hf_cascade_run.argtypes = [c_void_p, POINTER(Question), c_void_p, POINTER(Arena), POINTER(Cascade),
                                      POINTER(Error)]
    engine.hf_explain.restype = None
    engine.hf_explain.argtypes = [c_void_p, POINTER(Cascade), c_uint32, POINTER(Arena), POINTER(POINTER(Step)),
                                  POINTER(c_uint32)]
    engine.hf_arena_done.restype = None
    engine.hf_arena_done.argtypes = [POINTER(Arena)]
    return engine


def array(kind, rows):
    return (kind * len(rows))(*rows)


NAMES = ["plant", "substation north", "substation south", "hospital", "water works"]
PLANT, NORTH, SOUTH, HOSPITAL, WATER = range(5)


def nation():
    """The arrays of cascade.c. They must live until hf_plan_build has returned."""
    assets = array(Asset, [Asset(repair_h=24), Asset(repair_h=math.nan), Asset(repair_h=math.nan),
                           Asset(people=20000, repair_h=math.nan), Asset(people=90000, repair_h=math.nan)])
    groups = array(Group, [Group(consumer=NORTH, need=1000, first_member=0, member_count=1),
                           Group(consumer=SOUTH, need=1000, first_member=1, member_count=1),
                           Group(consumer=HOSPITAL, need=1, buffer_h=8, first_member=2, member_count=2),
                           Group(consumer=WATER, need=1000, first_member=4, member_count=1)])
    members = array(Member, [Member(supplier=s, capacity=1000, strength=1)
                             for s in (PLANT, PLANT, NORTH, SOUTH, NORTH)])
    return Input(assets=assets, asset_count=len(assets), groups=groups, group_count=len(groups), members=members,
                 member_count=len(members), sector_count=1, kind_count=1)


def run(engine, arena, error):
    plan, result = c_void_p(), Cascade()
    country = nation()
    if not engine.hf_plan_build(byref(country), byref(arena), byref(plan), byref(error)):
        return False
    question = Question(fail=array(c_uint32, [PLANT]), fail_count=1, hours=72, step_h=1)
    state = engine.hf_engine_state_new(plan, byref(arena))
    if not engine.hf_cascade_run(plan, byref(question), state, byref(arena), byref(result), byref(error)):
        return False
    for fall in result.falls[:result.fall_count]:
        steps, count = POINTER(Step)(), c_uint32()
        engine.hf_explain(plan, byref(result), fall.asset, byref(arena), byref(steps), byref(count))
        why = "".join(f" <- {NAMES[step.asset]}" for step in steps[1:count.value])
        print(f"hour {fall.at_h:2.0f} to {fall.until_h:2.0f}  {NAMES[fall.asset]}{why}")
    print(f"{result.loss.people} people, {result.loss.people_hours:.0f} person-hours")
    return True


def main():
    engine = load(sys.argv[1] if len(sys.argv) > 1 else "libholdfast-engine.so.0")
    arena, error = Arena(), Error()
    is_done = run(engine, arena, error)
    engine.hf_arena_done(byref(arena))
    if not is_done:
        sys.exit(f"{error.code.decode()}: {error.message.decode()}")


if __name__ == "__main__":
    main()
