#ifndef SNAPY_TOKENS_H
#define SNAPY_TOKENS_H

#include "digest_writer.h"

/* A token of an element of a set, among what is written. */
typedef struct {
    size_t start, size; /* without its length */
    Py_ssize_t place;
} Token;

/* What was written from byte `start` on, which is one value. */
Token token_from(const Digester *to, size_t start);

/* Negative, 0 or positive, as memcmp. */
int compare_tokens(const char *bytes, const Token *one, const Token *other);

/* Sort tokens by their bytes; equal ones stay in their order. `spare` has as much room. */
void sort_tokens(const char *bytes, Token *tokens, Token *spare, Py_ssize_t count);

/* Write the sorted tokens of a set in place of what was written from `start` on; -1 with an error. */
int write_sorted(Digester *to, size_t start, Token *tokens, Py_ssize_t count);

#endif
