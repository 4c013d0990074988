// SPDX-License-Identifier: Apache-2.0
//
// Which passwords are taken: length in characters, what is guessed first, what was stolen elsewhere.
#include "fixture.h"

#include "base/environment.h"
#include "usecase/password.h"

static const char *code_of(const char *password)
{
    static const hf_str known[] = {{"mara.lind", 9}, {"Mara Lindqvist", 14}};
    hf_error err = {0};
    if (hf_password_check(hf_str_of(password), known, HF_COUNT(known), &err))
        return "taken";
    return err.code;
}

static void length_is_counted_in_characters(void **state)
{
    (void)state;
    char text[HF_PASSWORD_BYTES_MAX + 2];
    assert_string_equal(code_of(""), "account.password_short");
    assert_string_equal(code_of("kitbvzoanem"), "account.password_short");
    assert_string_equal(code_of("kitbvzoanemu"), "taken");
    assert_string_equal(code_of("水电桥路"),
                        "account.password_short"); // twelve bytes, four characters
    assert_string_equal(code_of("水电桥路港站厂网闸泵塔缆"), "taken");
    for (size_t i = 0; i < 129; i++)
        text[i] = "kitbvzoanemu"[i * 7 % 11 % 12];
    text[128] = '\0';
    assert_string_equal(code_of(text), "taken");
    text[128] = 'x';
    text[129] = '\0';
    assert_string_equal(code_of(text), "account.password_long");
}

static void what_is_guessed_first_is_refused(void **state)
{
    (void)state;
    static const char *const weak[] = {"aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "123456789012",
                                       "Password1234!",    "P@ssw0rd2026!!",  "qwertyuiopasdf",
                                       "administrator1",   "Holdfast-2026!",  "mara.lind.2026",
                                       "LindqvistMara1",   "пароль123456",    "йцукенгшщзхъ",
                                       "zyxwvutsrqponm",   "1q2w3e4r5t6y",    "passwordpassword"};
    for (size_t i = 0; i < HF_COUNT(weak); i++)
        if (strcmp(code_of(weak[i]), "account.password_weak") != 0)
            fail_msg("%s: %s", weak[i], code_of(weak[i]));
}

static void a_few_words_that_nothing_joins_are_taken(void **state)
{
    (void)state;
    static const char *const good[] = {
        "correct horse battery staple", "correct horse of the boss 1",
        "kitchen-2026-lantern",         "длинная фраза из слов",
        "عبارة مرور طويلة جدا",         "mara lind walks slowly home"};
    for (size_t i = 0; i < HF_COUNT(good); i++)
        if (strcmp(code_of(good[i]), "taken") != 0)
            fail_msg("%s: %s", good[i], code_of(good[i]));
    assert_string_equal(code_of("tab\there and there"), "account.password_text");
    assert_string_equal(code_of("broken \xC3( encoding"), "account.password_text");
}

// The nth of a list in which each hash begins with its number.
static hf_sha1 numbered(uint32_t number)
{
    hf_sha1 hash = {{0}};
    for (int i = 0; i < 4; i++)
        hash.bytes[i] = (uint8_t)(number >> (24 - 8 * i));
    return hash;
}

// Lines for the even numbers from 2 to 2·count; every third tells how often, ends are LF or CR LF.
static void write_list(hf_buf *out, uint32_t count, const char *end)
{
    for (uint32_t i = 1; i <= count; i++) {
        char hex[41];
        hf_sha1 hash = numbered(2 * i);
        hf_hex(hash.bytes, sizeof hash.bytes, hex);
        hf_buf_add_z(out, hex);
        if (i % 3 == 0)
            hf_buf_add_format(out, ":%u", i);
        if (i < count)
            hf_buf_add_z(out, end);
    }
}

static void every_line_of_a_list_is_found_and_nothing_between(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n"};
    for (size_t e = 0; e < HF_COUNT(ends); e++)
        for (uint32_t count = 1; count <= 40; count++) {
            HF_CLEANUP(hf_buf_done) hf_buf list = hf_buf_of(1 << 16);
            write_list(&list, count, ends[e]);
            for (uint32_t number = 1; number <= 2 * count + 1; number++) {
                bool found = false;
                hf_sha1 hash = numbered(number);
                assert_true(hf_breach_list_find(hf_buf_str(&list), &hash, &found));
                assert_int_equal(found, number % 2 == 0);
            }
        }
}

static void a_list_of_something_else_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"monkey\ndragon\n", "\n\n\n",
                                        "00000002000000000000000000000000000000000 and more"};
    hf_sha1 hash = numbered(2);
    bool found = false;
    for (size_t i = 0; i < HF_COUNT(wrong); i++)
        assert_false(hf_breach_list_find(hf_str_of(wrong[i]), &hash, &found));
    assert_true(hf_breach_list_find(HF_STR_EMPTY, &hash, &found));
    assert_false(found);
}

static void a_stolen_password_is_refused_and_an_unreadable_list_takes_none(void **state)
{
    fixture *f = *state;
    char hex[41];
    hf_sha1 hash = hf_sha1_of(HF_STR("correct horse battery staple"));
    hf_hex(hash.bytes, sizeof hash.bytes, hex);
    for (char *c = hex; *c != '\0'; c++) // as the list has them
        *c = *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
    hf_str text = hf_str_format(&f->memory, "%s:42\r\n", hex);
    const char *path = write_file(f, "a.csv", hf_str_z(&f->memory, text));
    assert_int_equal(setenv("HOLDFAST_BREACH_LIST", path, 1), 0);
    assert_string_equal(code_of("correct horse battery staple"), "account.password_breached");
    assert_string_equal(code_of("correct horse battery stapler"), "taken");
    write_file(f, "a.csv", "correct horse battery staple\n");
    assert_string_equal(code_of("a lantern in the kitchen"), "account.breach_list");
    assert_int_equal(setenv("HOLDFAST_BREACH_LIST", "/nonexistent/list", 1), 0);
    assert_string_equal(code_of("a lantern in the kitchen"), "account.breach_list");
    assert_int_equal(unsetenv("HOLDFAST_BREACH_LIST"), 0);
}

#define STORE_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(length_is_counted_in_characters),
        cmocka_unit_test(what_is_guessed_first_is_refused),
        cmocka_unit_test(a_few_words_that_nothing_joins_are_taken),
        cmocka_unit_test(every_line_of_a_list_is_found_and_nothing_between),
        cmocka_unit_test(a_list_of_something_else_is_refused),
        STORE_TEST(a_stolen_password_is_refused_and_an_unreadable_list_takes_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
