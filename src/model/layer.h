// SPDX-License-Identifier: Apache-2.0
//
// One member of a network layer (grid, pipes, backbone): supply flows from its sources along links.
// Columns of layers.csv.
#ifndef HF_MODEL_LAYER_H
#define HF_MODEL_LAYER_H

#include "model/noun.h"

typedef enum { HF_LAYER_NODE, HF_LAYER_SOURCE } hf_layer_role;

typedef struct {
    hf_head head;
    hf_str layer; // name of the network
    hf_str asset;
    int32_t role;    // hf_layer_role
    double buffer_h; // how long it holds out once cut off
} hf_layer;

extern const hf_noun hf_noun_layer;

#endif
