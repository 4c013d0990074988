// SPDX-License-Identifier: Apache-2.0
//
// Syslog over TLS: the frames of RFC 5425, section 4.3.
#include "base/buf.h"
#include "channel/channel.h"

enum { FRAMES_BYTES_MAX = 1 << 29 };

bool hf_syslog_send(hf_tls *tls, hf_str lines, hf_error *err)
{
    HF_CLEANUP(hf_buf_done) hf_buf frames = hf_buf_of(FRAMES_BYTES_MAX);
    hf_str line;
    while (hf_str_split(&lines, '\n', &line)) {
        if (line.len == 0)
            continue;
        hf_buf_add_u64(&frames, line.len);
        hf_buf_add_byte(&frames, ' ');
        hf_buf_add_str(&frames, line);
    }
    HF_ASSERT(!frames.overflow); // pieces of a few hundred kilobytes come here
    return hf_tls_send(tls, hf_buf_str(&frames), err);
}
