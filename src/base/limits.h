// SPDX-License-Identifier: Apache-2.0
//
// Every bound on what comes from outside, each with unit and reason. Each has a test one above and one at it.
#ifndef HF_BASE_LIMITS_H
#define HF_BASE_LIMITS_H

// Text and records
#define HF_KEY_BYTES_MAX        200u        // a State's own identifier; longer ones are prose
#define HF_TEXT_BYTES_MAX       4000u       // one text field unless its table says less
#define HF_ATTRIBUTES_BYTES_MAX 65536u      // all unknown columns of one record as JSON
#define HF_FIELD_COUNT_MAX      64u         // fields of one noun: a patch keeps a 64-bit mask
#define HF_COLUMN_COUNT_MAX     1000u       // columns of one table row
#define HF_JSON_DEPTH_MAX       64u         // nesting: beyond it a document is an attack
#define HF_JSON_BYTES_MAX       (64u << 20) // one JSON document in memory
#define HF_XML_DEPTH_MAX        64u         // nesting of elements
// Files
#define HF_CSV_FIELD_BYTES_MAX    (1u << 20) // one quoted cell; stops an open quote from eating a file
#define HF_LINE_BYTES_MAX         (4u << 20)   // one record of a text file, in bytes
#define HF_IMPORT_BYTES_MAX       (8ull << 30) // one file
#define HF_IMPORT_ROWS_MAX        100000000ull // rows of one file
#define HF_IMPORT_PROBLEMS_MAX    10000u       // problems kept with text; beyond it only counted
#define HF_UNZIP_RATIO_MAX        200u         // packed to unpacked; above is a zip bomb
#define HF_UNZIP_BYTES_MAX        (4ull << 30) // unpacked size of one archive
#define HF_NETWORK_FILE_BYTES_MAX (256u << 20) // GraphML, MATPOWER, EPANET: read as a whole
#define HF_TEMPLATE_BYTES_MAX     (64u << 10)  // of a report
#define HF_RECIPE_BYTES_MAX       (256u << 10) // one import recipe
#define HF_RECIPE_ITEMS_MAX       500u // records, fields, steps, words of one recipe's lists
// Files that belong to records
#define HF_ATTACHMENT_BYTES_MAX      (50u << 20) // one file: a long scan; it is held in memory once
#define HF_ATTACHMENT_NAME_BYTES_MAX 200u        // its name
#define HF_ATTACHMENTS_MAX           200u        // of one record
#define HF_ARCHIVE_ENTRIES_MAX       10000u      // of an archive and all inside it
#define HF_ARCHIVE_DEPTH_MAX         3u          // archives within archives
#define HF_ARCHIVE_BYTES_MAX         (512u << 20) // unpacked, of an archive and all inside it
#define HF_OSCAL_BYTES_MAX           (32u << 20) // one OSCAL document; the whole of NIST SP 800-53 takes 10
#define HF_OSCAL_PARTS_MAX           200000u // groups, controls, parts, parameters; SP 800-53 has 25,000
#define HF_OSCAL_KEPT_BYTES_MAX      60000u // of one control or catalogue as it came, in an attribute
#define HF_OSCAL_IMPORTS_MAX         16u    // profiles that draw on one another
#define HF_OSCAL_INSERTS_MAX         8u     // parameters named inside parameters
// Server
#define HF_HTTP_BODY_BYTES_MAX   (16u << 20)  // one JSON request
#define HF_HTTP_UPLOAD_BYTES_MAX (2ull << 30) // one import
#define HF_HTTP_HEADER_BYTES_MAX 32768u       // all header lines of one request
#define HF_HTTP_URL_BYTES_MAX    8192u
#define HF_HTTP_CONNECTIONS_MAX  10000u // open at once
#define HF_HTTP_SECONDS_MAX      30u    // without a byte from the client
#define HF_LIST_LIMIT_DEFAULT    100u
#define HF_LIST_LIMIT_MAX        1000u
#define HF_EDIT_RECORDS_MAX      100000u // in one change to many; more is an import
#define HF_OFFERS_COMPARED_MAX   5000u   // for likeness: every pair, some seconds
#define HF_OFFER_PAIRS_MAX       1000u   // likely the same; the most alike are told
#define HF_VIEW_COUNT_MAX        100u    // named views of one account
#define HF_VIEW_BYTES_MAX        4000u   // name and address of one
#define HF_COUNT_EXACT_MAX       10000u  // beyond it a count is a lower bound
#define HF_SEARCH_RANKED_MAX     2000u
// Engine
#define HF_ASSET_COUNT_MAX (1u << 30)
#define HF_HOURS_MAX       87600.0 // ten years: a longer question is a planning error
#define HF_STEP_COUNT_MAX  1000000u
#define HF_LEVEL_COUNT_MAX 8u
#define HF_TRIAL_COUNT_MAX 10000000000u // the list of finished blocks stays below 3 MB

#endif
