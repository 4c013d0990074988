// SPDX-License-Identifier: Apache-2.0
//
// The map of a document as SVG: areas, dots, and numbers that do not cover each other. Private to report/.
#ifndef HF_REPORT_HTML_MAP_H
#define HF_REPORT_HTML_MAP_H

#include "report/report.h"

// The rest of an <svg …> element that the caller began: its viewBox, what is drawn, its end.
// block   a HF_BLOCK_MAP with at least one dot
void hf_write_map_svg(const hf_block *block, hf_buf *out);

#endif
