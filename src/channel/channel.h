// SPDX-License-Identifier: Apache-2.0
//
// The door of channel/: ways on which events leave for other machines.
#ifndef HF_CHANNEL_CHANNEL_H
#define HF_CHANNEL_CHANNEL_H

#include "wire/wire_tls.h"

// Syslog over TLS (RFC 5425): each message goes as its length, a space and its bytes.
// lines  whole messages (RFC 5424), each with an end of line, which does not go along
// Errors: those of hf_tls_send
bool hf_syslog_send(hf_tls *tls, hf_str lines, hf_error *err) HF_CHECKED;

#endif
