/* BLAKE2b, as RFC 7693 describes it. The interpreter's own is reached through two Python objects for each hash, which
 * takes ten times as long as hashing the few hundred bytes of a digest. */
#include "blake2b.h"

#include <string.h>

enum { BLOCK = 128, ROUNDS = 12 };

static const uint64_t START[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static const unsigned char ORDER[ROUNDS][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
};

static inline uint64_t
rotated(uint64_t word, int bits)
{
    return (word >> bits) | (word << (64 - bits));
}

static inline uint64_t
little_endian(const unsigned char *bytes)
{
    uint64_t word = 0;
    for (int i = 7; i >= 0; i--) {
        word = (word << 8) | bytes[i];
    }
    return word;
}

static inline void
mix(uint64_t *v, int a, int b, int c, int d, uint64_t x, uint64_t y)
{
    v[a] += v[b] + x;
    v[d] = rotated(v[d] ^ v[a], 32);
    v[c] += v[d];
    v[b] = rotated(v[b] ^ v[c], 24);
    v[a] += v[b] + y;
    v[d] = rotated(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotated(v[b] ^ v[c], 63);
}

static void
compress(uint64_t *state, const unsigned char *block, uint64_t hashed, int last)
{
    uint64_t v[16], words[16];
    for (int i = 0; i < 16; i++) {
        words[i] = little_endian(block + 8 * i);
        v[i] = i < 8 ? state[i] : START[i - 8];
    }
    v[12] ^= hashed; /* the upper half of the counter stays 0: no text has 2**64 bytes */
    if (last) {
        v[14] = ~v[14];
    }
    for (int round = 0; round < ROUNDS; round++) {
        const unsigned char *order = ORDER[round];
        for (int i = 0; i < 4; i++) {
            mix(v, i, 4 + i, 8 + i, 12 + i, words[order[2 * i]], words[order[2 * i + 1]]);
        }
        for (int i = 0; i < 4; i++) {
            mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, words[order[8 + 2 * i]],
                words[order[9 + 2 * i]]);
        }
    }
    for (int i = 0; i < 8; i++) {
        state[i] ^= v[i] ^ v[i + 8];
    }
}

void
blake2b(unsigned char *digest, size_t size, const unsigned char *data, size_t length)
{
    uint64_t state[8];
    memcpy(state, START, sizeof(state));
    state[0] ^= 0x01010000 ^ (uint64_t)size;
    size_t done = 0;
    for (; length - done > BLOCK; done += BLOCK) {
        compress(state, data + done, done + BLOCK, 0);
    }
    unsigned char last[BLOCK] = {0};
    memcpy(last, data + done, length - done);
    compress(state, last, length, 1);
    for (size_t i = 0; i < size; i++) {
        digest[i] = (unsigned char)(state[i / 8] >> (8 * (i % 8)));
    }
}
