// Functions for the macros of BIO chains and TLS policy.
#ifndef SLUICE_COPENSSL_TRANSPORT_H
#define SLUICE_COPENSSL_TRANSPORT_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline long sluice_BIO_do_handshake(BIO *bio) { return BIO_do_handshake(bio); }
static inline int sluice_BIO_should_retry(BIO *bio) { return BIO_should_retry(bio); }
static inline int sluice_BIO_should_read(BIO *bio) { return BIO_should_read(bio); }
static inline int sluice_BIO_should_write(BIO *bio) { return BIO_should_write(bio); }
static inline SSL *sluice_BIO_get_ssl(BIO *bio) {
  SSL *ssl = NULL;
  BIO_get_ssl(bio, &ssl);
  return ssl;
}
static inline int sluice_SSL_CTX_set_min_proto_version(SSL_CTX *ctx, int version) {
  return (int)SSL_CTX_set_min_proto_version(ctx, version);
}
static inline int sluice_SSL_CTX_set_max_proto_version(SSL_CTX *ctx, int version) {
  return (int)SSL_CTX_set_max_proto_version(ctx, version);
}
static inline void sluice_SSL_CTX_set_modes(SSL_CTX *ctx) {
  SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
}
static inline void sluice_SSL_CTX_set_read_ahead(SSL_CTX *ctx, size_t buffer_length) {
  SSL_CTX_set_read_ahead(ctx, 1);
  SSL_CTX_set_default_read_buffer_len(ctx, buffer_length);
}
static inline void sluice_SSL_CTX_disable_session_cache(SSL_CTX *ctx) {
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
}
static inline int sluice_SSL_set_tlsext_host_name(SSL *ssl, const char *name) {
  return (int)SSL_set_tlsext_host_name(ssl, name);
}
static inline int sluice_SSL_CTX_add1_chain_cert(SSL_CTX *ctx, X509 *certificate) {
  return (int)SSL_CTX_add1_chain_cert(ctx, certificate);
}
/// Frees a list of certificates, which may be NULL, and the certificates.
static inline void sluice_X509_stack_free(STACK_OF(X509) *certificates) { sk_X509_pop_free(certificates, X509_free); }
/// Ends what is written to one half of a BIO pair.
static inline void sluice_BIO_shutdown_wr(BIO *half) { (void)BIO_shutdown_wr(half); }
static inline X509 *sluice_SSL_get1_peer_certificate(SSL *ssl) { return SSL_get1_peer_certificate(ssl); }
/// The certificate that the peer has shown, in a verification that failed, too; NULL if it got no further. It stays the
/// connection's.
static inline X509 *sluice_SSL_get0_shown_certificate(SSL *ssl) {
  STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
  return chain && sk_X509_num(chain) > 0 ? sk_X509_value(chain, 0) : NULL;
}
/// The subject alternative names, to be freed by GENERAL_NAMES_free; NULL if there are none.
static inline GENERAL_NAMES *sluice_X509_get1_subject_names(X509 *certificate) {
  return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
static inline int sluice_GENERAL_NAMES_num(GENERAL_NAMES *names) { return names ? sk_GENERAL_NAME_num(names) : 0; }
/// The bytes of a name, which stay the list's, and their count: GEN_DNS for a host's name, GEN_IPADD for an address.
/// The type is -1 for names of other kinds.
static inline int sluice_GENERAL_NAMES_get0(GENERAL_NAMES *names, int index, const unsigned char **bytes, int *count) {
  int type = -1;
  const ASN1_STRING *value = (const ASN1_STRING *)GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, index), &type);
  if (type != GEN_DNS && type != GEN_IPADD) return -1;
  *bytes = ASN1_STRING_get0_data(value);
  *count = ASN1_STRING_length(value);
  return type;
}
static inline int sluice_ERR_GET_REASON(unsigned long code) { return ERR_GET_REASON(code); }
static inline int sluice_ERR_GET_LIB(unsigned long code) { return ERR_GET_LIB(code); }
static inline int sluice_ERR_is_system_error(unsigned long code) { return ERR_SYSTEM_ERROR(code); }

#endif
