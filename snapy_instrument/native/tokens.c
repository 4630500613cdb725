/* The tokens of the elements of a set, in the order of their bytes: no hash seed matters. */
#include "tokens.h"

/* What was written from byte `start` on, which is one value. */
Token
token_from(const Digester *to, size_t start)
{
    if (to->out[start] != '#') {
        while (to->out[start++] != ':') {
        }
    }
    return (Token){start, to->size - start, 0};
}

int
compare_tokens(const char *bytes, const Token *one, const Token *other)
{
    int order = memcmp(bytes + one->start, bytes + other->start, one->size < other->size ? one->size : other->size);
    if (order == 0) {
        order = one->size < other->size ? -1 : one->size > other->size;
    }
    return order;
}

/* Sort tokens by their bytes; equal ones stay in their order. `spare` has as much room. */
void
sort_tokens(const char *bytes, Token *tokens, Token *spare, Py_ssize_t count)
{
    if (count < 2) {
        return;
    }
    Py_ssize_t half = count / 2;
    sort_tokens(bytes, tokens, spare, half);
    sort_tokens(bytes, tokens + half, spare, count - half);
    memcpy(spare, tokens, (size_t)half * sizeof(Token));
    Py_ssize_t left = 0, right = half, to = 0;
    while (left < half) {
        tokens[to++] = right < count && compare_tokens(bytes, &tokens[right], &spare[left]) < 0 ? tokens[right++] : spare[left++];
    }
}

/* Write the sorted tokens of a set in place of what was written from `start` on. */
int
write_sorted(Digester *to, size_t start, Token *tokens, Py_ssize_t count)
{
    size_t size = to->size - start;
    char *copy = PyMem_Malloc(size + 1);
    Token *spare = PyMem_Malloc((size_t)(count + 1) * sizeof(Token));
    if (copy == NULL || spare == NULL) {
        PyMem_Free(copy);
        PyMem_Free(spare);
        PyErr_NoMemory();
        return -1;
    }
    memcpy(copy, to->out + start, size);
    sort_tokens(to->out, tokens, spare, count);
    to->size = start;
    int done = 0;
    for (Py_ssize_t i = 0; done == 0 && i < count; i++) {
        done = write_length(to, tokens[i].size) < 0 || write_bytes(to, copy + tokens[i].start - start, tokens[i].size) < 0 ? -1 : 0;
    }
    PyMem_Free(copy);
    PyMem_Free(spare);
    return done;
}
