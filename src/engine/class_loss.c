// SPDX-License-Identifier: Apache-2.0
//
// The worst single loss of each class. Sums are whole numbers and ties have an order, so neither threads nor the order of
// the cascades changes the answer.
#include "engine/class_loss.h"

#include <string.h>

typedef struct {
    int64_t people;     // of the class; 0: nothing was lost of it
    int64_t people_all; // of all classes, in the same cascade
    uint32_t failed, asset;
} class_worst;

struct hf_class_book {
    uint32_t class_count;
    class_worst *worst;
    uint32_t *touched; // classes with lanes
    uint32_t touched_count;
    uint64_t *lanes; // by class: those with people
    uint32_t *place; // of a class with lanes, in `touched` and in `people`
    // By place and lane; zero where no lane says otherwise. As many places as classes were ever lost at once, which is
    // far fewer than there are.
    int64_t (*people)[HF_ABREAST];
    uint32_t place_count;
    hf_arena *arena;
};

hf_class_book *hf_class_book_open(uint32_t class_count, hf_arena *arena)
{
    hf_class_book *book = HF_NEW(arena, hf_class_book);
    *book = (hf_class_book){
        .class_count = class_count,
        .worst = HF_NEW_N(arena, class_worst, class_count),
        .touched = HF_NEW_N(arena, uint32_t, class_count),
        .lanes = HF_NEW_N(arena, uint64_t, class_count),
        .place = HF_NEW_N(arena, uint32_t, class_count),
        .arena = arena,
    };
    return book;
}

// What stands there is in use: it moves along.
static void add_places(hf_class_book *book)
{
    uint32_t count = book->place_count > 0 ? 2 * book->place_count : 64;
    count = count < book->class_count ? count : book->class_count;
    int64_t(*people)[HF_ABREAST] = hf_arena_take_n(book->arena, count, sizeof(people[0]));
    if (book->place_count > 0)
        memcpy(people, book->people, book->place_count * sizeof(people[0]));
    book->people = people;
    book->place_count = count;
}

void hf_class_add(hf_class_book *book, uint32_t class, uint64_t lanes, int64_t people)
{
    if (people == 0 || lanes == 0)
        return;
    if (book->lanes[class] == 0) {
        if (book->touched_count == book->place_count)
            add_places(book);
        book->place[class] = book->touched_count;
        book->touched[book->touched_count++] = class;
    }
    book->lanes[class] |= lanes;
    int64_t *sums = book->people[book->place[class]];
    for (; lanes != 0; lanes &= lanes - 1)
        sums[__builtin_ctzll(lanes)] += people;
}

// As rows stand in a ranking by people.
static bool is_worse(const class_worst *a, const class_worst *b)
{
    if (a->people != b->people)
        return a->people > b->people;
    if (a->people_all != b->people_all)
        return a->people_all > b->people_all;
    if (a->failed != b->failed)
        return a->failed > b->failed;
    return a->asset < b->asset;
}

void hf_class_close(hf_class_book *book, hf_rank_row *const rows[])
{
    for (uint32_t i = 0; i < book->touched_count; i++) {
        uint32_t class = book->touched[i];
        for (uint64_t rest = book->lanes[class]; rest != 0; rest &= rest - 1) {
            uint32_t lane = (uint32_t)__builtin_ctzll(rest);
            int64_t people = book->people[i][lane];
            book->people[i][lane] = 0;
            if (people < book->worst[class].people)
                continue;
            const hf_rank_row *row = rows[lane];
            class_worst found = {people, row->people, row->failed_count, row->asset};
            if (is_worse(&found, &book->worst[class]))
                book->worst[class] = found;
        }
        book->lanes[class] = 0;
    }
    book->touched_count = 0;
}

void hf_class_merge(hf_class_book *into, const hf_class_book *from)
{
    for (uint32_t class = 0; class < into->class_count; class ++)
        if (is_worse(&from->worst[class], &into->worst[class]))
            into->worst[class] = from->worst[class];
}

const hf_class_loss *hf_class_losses(const hf_class_book *book, hf_arena *arena)
{
    hf_class_loss *losses = HF_NEW_N(arena, hf_class_loss, book->class_count);
    for (uint32_t class = 0; class < book->class_count; class ++) {
        const class_worst *worst = &book->worst[class];
        losses[class] =
            (hf_class_loss){worst->people, worst->people > 0 ? worst->asset : HF_NO_INDEX};
    }
    return losses;
}
