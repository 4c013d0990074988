// SPDX-License-Identifier: Apache-2.0
//
// Certificates that clients show: are they from an authority that is trusted for that, in their time, not revoked? Whose
// they are, others decide by their fingerprint or their names.
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>

#include "base/crypto.h"
#include "base/file.h"
#include "wire/private.h"

#define CA_BYTES_MAX    (4u << 20)
#define CRL_BYTES_MAX   (64u << 20)
#define CHAIN_COUNT_MAX 8u
#define NAME_COUNT_MAX  16u
#define NAME_BYTES_MAX  256u

struct hf_client_trust {
    hf_arena arena; // holds this very struct
    hf_str ca;      // PEM
    char *crl_file; // NULL = none
    pthread_mutex_t lock;
    struct timespec crl_time; // of the list that is loaded
    gnutls_x509_trust_list_t list;
};

static gnutls_datum_t datum_of(hf_str text)
{
    union {
        const char *in;
        unsigned char *out;
    } view = {.in = text.ptr};
    return (gnutls_datum_t){view.out, (unsigned)text.len};
}

static bool fail_file(const char *file, const char *what, hf_error *err)
{
    (void)hf_fail(err, HF_ERR_INPUT, "http.client_ca", "%s", what);
    return hf_fail_at(err, file, 0, NULL);
}

static bool add_crl(gnutls_x509_trust_list_t list, const char *file, struct timespec *time,
                    hf_error *err)
{
    HF_CLEANUP(hf_arena_done) hf_arena scratch = {0};
    hf_str pem = HF_STR_EMPTY;
    struct stat facts = {0};
    if (!hf_file_read(file, CRL_BYTES_MAX, &scratch, &pem, err))
        return false;
    if (stat(file, &facts) == 0)
        *time = facts.st_mtim;
    gnutls_datum_t datum = datum_of((hf_str){hf_str_z(&scratch, pem), pem.len});
    return gnutls_x509_trust_list_add_trust_mem(list, NULL, &datum, GNUTLS_X509_FMT_PEM,
                                                GNUTLS_TL_VERIFY_CRL, 0) > 0 ||
           fail_file(file, "this holds no list of revoked certificates of the authority, in PEM",
                     err);
}

static bool load(const hf_client_trust *trust, const char *ca_file, gnutls_x509_trust_list_t *out,
                 struct timespec *crl_time, hf_error *err)
{
    gnutls_x509_trust_list_t list = NULL;
    gnutls_datum_t datum = datum_of(trust->ca);
    if (gnutls_x509_trust_list_init(&list, 0) != 0)
        return hf_fail(err, HF_ERR_INTERNAL, "tls.unavailable", "TLS cannot be set up");
    bool is_done = gnutls_x509_trust_list_add_trust_mem(list, &datum, NULL, GNUTLS_X509_FMT_PEM,
                                                        GNUTLS_TL_NO_DUPLICATES, 0) > 0 ||
                   fail_file(ca_file, "this holds no certificate in PEM", err);
    if (is_done && trust->crl_file != NULL)
        is_done = add_crl(list, trust->crl_file, crl_time, err);
    if (is_done)
        *out = list;
    else
        gnutls_x509_trust_list_deinit(list, 1);
    return is_done;
}

bool hf_client_trust_open(const char *ca_file, const char *crl_file, hf_client_trust **out,
                          hf_error *err)
{
    hf_arena own = {0};
    hf_client_trust *trust = HF_NEW(&own, hf_client_trust);
    hf_str pem = HF_STR_EMPTY;
    if (!hf_file_read(ca_file, CA_BYTES_MAX, &own, &pem, err)) {
        hf_arena_done(&own);
        return false;
    }
    trust->ca = (hf_str){hf_str_z(&own, pem), pem.len};
    trust->crl_file = crl_file != NULL ? hf_str_z(&own, hf_str_of(crl_file)) : NULL;
    if (!load(trust, ca_file, &trust->list, &trust->crl_time, err)) {
        hf_arena_done(&own);
        return false;
    }
    (void)pthread_mutex_init(&trust->lock, NULL);
    trust->arena = own;
    *out = trust;
    return true;
}

void hf_client_trust_close(hf_client_trust **trust)
{
    if (*trust == NULL)
        return;
    gnutls_x509_trust_list_deinit((*trust)->list, 1);
    (void)pthread_mutex_destroy(&(*trust)->lock);
    hf_arena own = (*trust)->arena;
    hf_arena_done(&own);
    *trust = NULL;
}

const char *hf_client_trust_pem(const hf_client_trust *trust)
{
    return trust->ca.ptr;
}

// With the lock held. A list that was replaced counts from the next request on; one that cannot be read leaves what was.
static void reload(hf_client_trust *trust)
{
    struct stat facts = {0};
    struct timespec time = {0};
    gnutls_x509_trust_list_t list = NULL;
    hf_error unused = {0};
    if (trust->crl_file == NULL || stat(trust->crl_file, &facts) != 0 ||
        (facts.st_mtim.tv_sec == trust->crl_time.tv_sec &&
         facts.st_mtim.tv_nsec == trust->crl_time.tv_nsec) ||
        !load(trust, NULL, &list, &time, &unused))
        return;
    gnutls_x509_trust_list_deinit(trust->list, 1);
    trust->list = list;
    trust->crl_time = time;
}

static const char *fault_of(unsigned status)
{
    if (status == 0)
        return NULL;
    if ((status & GNUTLS_CERT_REVOKED) != 0)
        return "certificate.revoked";
    if ((status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED)) != 0)
        return "certificate.expired";
    if ((status & (GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED |
                   GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE)) != 0)
        return "certificate.list_old"; // who holds a revoked one must not win by keeping back the new list
    return "certificate.untrusted";
}

static const char *verify(hf_client_trust *trust, gnutls_x509_crt_t *chain, unsigned count)
{
    static char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
    gnutls_typed_vdata_st wanted = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                    .data = (unsigned char *)purpose};
    unsigned status = GNUTLS_CERT_INVALID;
    (void)pthread_mutex_lock(&trust->lock);
    reload(trust);
    int fault =
        gnutls_x509_trust_list_verify_crt2(trust->list, chain, count, &wanted, 1, 0, &status, NULL);
    (void)pthread_mutex_unlock(&trust->lock);
    return fault == 0 ? fault_of(status) : "certificate.untrusted";
}

// "dns:", "email:" and "uri:" with what follows, as the authority wrote it.
static void add_names(gnutls_x509_crt_t certificate, hf_request *request)
{
    for (unsigned i = 0; i < NAME_COUNT_MAX; i++) {
        char name[NAME_BYTES_MAX];
        size_t len = sizeof name;
        unsigned type = 0;
        int kind = gnutls_x509_crt_get_subject_alt_name2(certificate, i, name, &len, &type, NULL);
        const char *word = kind == GNUTLS_SAN_DNSNAME      ? "dns"
                           : kind == GNUTLS_SAN_RFC822NAME ? "email"
                           : kind == GNUTLS_SAN_URI        ? "uri"
                                                           : NULL;
        if (kind == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
            return;
        if (word == NULL || memchr(name, '\0', len) != NULL)
            continue;
        hf_str text = hf_str_format(request->arena, "%s:%.*s", word, (int)len, name);
        HF_VEC_ADD(request->arena, &request->certificate_names, text);
    }
}

static bool read_one(hf_str shown, gnutls_x509_crt_t *out)
{
    union {
        const char *in;
        unsigned char *out;
    } view = {.in = shown.ptr};
    gnutls_datum_t datum = {view.out, (unsigned)shown.len};
    return gnutls_x509_crt_init(out) == 0 &&
           gnutls_x509_crt_import(*out, &datum, GNUTLS_X509_FMT_DER) == 0;
}

// request  gets the names of a good one; NULL = nobody asks for them
static const char *fault_of_chain(hf_client_trust *trust, const hf_str *shown, size_t count,
                                  hf_request *request)
{
    gnutls_x509_crt_t chain[CHAIN_COUNT_MAX] = {0};
    unsigned read = 0;
    while (read < count && read < CHAIN_COUNT_MAX && read_one(shown[read], &chain[read]))
        read++;
    const char *fault = read == count ? verify(trust, chain, read) : "certificate.untrusted";
    if (fault == NULL && request != NULL)
        add_names(chain[0], request);
    for (unsigned i = 0; i < CHAIN_COUNT_MAX; i++)
        if (chain[i] != NULL)
            gnutls_x509_crt_deinit(chain[i]);
    return fault;
}

const char *hf_server_certificate_fault(hf_server *server, const hf_str *chain, size_t count)
{
    return server->client_trust != NULL ? fault_of_chain(server->client_trust, chain, count, NULL)
                                        : "certificate.untrusted";
}

void hf_client_certificate(hf_client_trust *trust, struct MHD_Connection *connection,
                           hf_request *request)
{
    char hex[65];
    unsigned count = 0;
    const union MHD_ConnectionInfo *info =
        trust != NULL ? MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
                      : NULL;
    if (info == NULL || info->tls_session == NULL)
        return;
    const gnutls_datum_t *shown = gnutls_certificate_get_peers(info->tls_session, &count);
    if (shown == NULL || count == 0)
        return;
    hf_sha256 hash = hf_sha256_of((hf_str){(const char *)shown[0].data, shown[0].size});
    hf_hex(hash.bytes, sizeof hash.bytes, hex);
    request->certificate = hf_str_format(request->arena, "sha256:%s", hex);
    for (unsigned i = 0; i < count && i < CHAIN_COUNT_MAX; i++) {
        hf_str der = {(const char *)shown[i].data, shown[i].size};
        HF_VEC_ADD(request->arena, &request->certificate_chain, hf_str_copy(request->arena, der));
    }
    request->certificate_fault = fault_of_chain(trust, request->certificate_chain.items,
                                                request->certificate_chain.count, request);
}
