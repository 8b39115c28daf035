// Functions for the macros that make certificates.
#ifndef SLUICE_COPENSSL_CERTIFICATES_H
#define SLUICE_COPENSSL_CERTIFICATES_H

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

/// A new P-256 key, owned by the caller.
static inline EVP_PKEY *sluice_EVP_P256_gen(void) { return EVP_EC_gen("P-256"); }

/// The bytes that a memory BIO holds; they stay the BIO's.
static inline long sluice_BIO_get_mem_data(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

/// Adds an extension in OpenSSL's own notation. 1 if it was added.
static inline int sluice_X509_add_extension(X509 *certificate, X509 *issuer, int nid, const char *value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
  if (!extension) return 0;
  int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return added;
}

/// Appends a name to a list; `type` is GEN_DNS or GEN_IPADD, `bytes` the name or the address in network order, as
/// they are, so that a name may hold a NUL. 1 if it was added.
static inline int sluice_GENERAL_NAMES_add(GENERAL_NAMES *names, int type, const unsigned char *bytes, int count) {
  GENERAL_NAME *name = GENERAL_NAME_new();
  ASN1_STRING *value = ASN1_STRING_type_new(type == GEN_DNS ? V_ASN1_IA5STRING : V_ASN1_OCTET_STRING);
  if (!name || !value || !ASN1_STRING_set(value, bytes, count)) {
    GENERAL_NAME_free(name);
    ASN1_STRING_free(value);
    return 0;
  }
  GENERAL_NAME_set0_value(name, type, value);
  if (sk_GENERAL_NAME_push(names, name) > 0) return 1;
  GENERAL_NAME_free(name);
  return 0;
}

/// The list may be NULL. 1 if the extension was added.
static inline int sluice_X509_add_subject_names(X509 *certificate, GENERAL_NAMES *names) {
  return names && X509_add1_ext_i2d(certificate, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
}

#endif
