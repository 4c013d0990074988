// SPDX-License-Identifier: Apache-2.0
//
// Archives: what went in comes out, equal members give equal bytes, and a stored member lies there as it is.
#include "check.h"

#include "base/zip.h"

static bool take(void *context, hf_str bytes, hf_error *err)
{
    (void)err;
    hf_buf_add_str(context, bytes);
    return true;
}

static void write_archive(hf_buf *out)
{
    HF_CLEANUP(hf_zip_done) hf_zip zip = hf_zip_of(out, take);
    hf_error err = {0};
    assert_true(hf_zip_store(&zip, HF_STR("mimetype"), HF_STR("application/x-plain"), &err));
    assert_true(hf_zip_open(&zip, HF_STR("a/ä.xml"), &err));
    assert_true(hf_zip_add(&zip, HF_STR("<a>"), &err));
    assert_true(hf_zip_add(&zip, HF_STR_EMPTY, &err));
    assert_true(hf_zip_add(&zip, HF_STR("</a>"), &err));
    assert_true(hf_zip_close(&zip, &err));
    assert_true(hf_zip_finish(&zip, &err));
}

static uint32_t u32_at(hf_str bytes, size_t at)
{
    uint32_t value = 0;
    for (size_t i = 4; i > 0; i--)
        value = value << 8 | (unsigned char)bytes.ptr[at + i - 1];
    return value;
}

static void a_stored_member_lies_there_as_it_is(void **state)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(10000);
    (void)state;
    write_archive(&out);
    // OpenDocument: the type of the file stands at byte 38, whoever looks without unpacking.
    CHECK_STR(hf_str_slice(hf_buf_str(&out), 30, 38 + 19), "mimetypeapplication/x-plain");
}

static void the_directory_leads_to_each_member(void **state)
{
    HF_CLEANUP(hf_buf_done) hf_buf out = hf_buf_of(10000);
    (void)state;
    write_archive(&out);
    hf_str bytes = hf_buf_str(&out);
    size_t end = bytes.len - 22;
    assert_int_equal(u32_at(bytes, end), 0x06054b50);
    assert_int_equal((unsigned char)bytes.ptr[end + 10], 2);
    size_t first = u32_at(bytes, end + 16);
    size_t second = first + 46 + strlen("mimetype");
    assert_int_equal(u32_at(bytes, second), 0x02014b50);
    size_t packed = u32_at(bytes, second + 20);
    assert_int_equal(u32_at(bytes, second + 24), strlen("<a></a>"));
    size_t member = u32_at(bytes, second + 42);
    assert_int_equal(u32_at(bytes, member), 0x04034b50);
    size_t begin = member + 30 + strlen("a/ä.xml");
    HF_CLEANUP(hf_buf_done) hf_buf plain = hf_buf_of(100);
    hf_error err = {0};
    assert_true(
        hf_inflate(HF_DEFLATE_RAW, hf_str_slice(bytes, begin, begin + packed), &plain, &err));
    CHECK_STR(hf_buf_str(&plain), "<a></a>");
    assert_int_equal(u32_at(bytes, second + 16), hf_crc32(0, HF_STR("<a></a>")));
}

static void equal_members_give_equal_bytes(void **state)
{
    HF_CLEANUP(hf_buf_done) hf_buf one = hf_buf_of(10000);
    HF_CLEANUP(hf_buf_done) hf_buf other = hf_buf_of(10000);
    (void)state;
    write_archive(&one);
    write_archive(&other);
    assert_true(hf_str_equal(hf_buf_str(&one), hf_buf_str(&other)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stored_member_lies_there_as_it_is),
        cmocka_unit_test(the_directory_leads_to_each_member),
        cmocka_unit_test(equal_members_give_equal_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
