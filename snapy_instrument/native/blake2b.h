#ifndef SNAPY_BLAKE2B_H
#define SNAPY_BLAKE2B_H

#include <stddef.h>
#include <stdint.h>

/* BLAKE2b (RFC 7693) without a key, of at most 64 bytes: what hashlib.blake2b(data, digest_size=size) gives. */
void blake2b(unsigned char *digest, size_t size, const unsigned char *data, size_t length);

#endif
