#include <openssl/bio.h>
