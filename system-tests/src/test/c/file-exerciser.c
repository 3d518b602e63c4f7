/* Exercises one file by random operations, and compares it with an array after each that reads.

   Usage: file-exerciser OPERATIONS SEED MOST_BYTES FILE [FILE...]
   Several FILEs are the same file by several mounts: every now and then the one in use is synced and closed, and another is opened.
   Prints one line and ends with 0, or tells the first mismatch with the operations before it, and ends with 1. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HISTORY 40

static unsigned char *model, *scratch;
static size_t size, most;
static int fd = -1, files, current;
static char **paths;
static char history[HISTORY][160];
static long operation;
static uint64_t state;
static const char *seed;

static uint64_t draw(uint64_t bound) { /* xorshift64* */
    state ^= state >> 12, state ^= state << 25, state ^= state >> 27;
    return (state * 2685821657736338717ULL >> 11) % bound;
}

static void note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(history[operation % HISTORY], sizeof history[0], format, arguments);
    va_end(arguments);
}

static void fail(const char *what) {
    int error = errno;
    for (long i = operation < HISTORY ? 0 : operation - HISTORY + 1; i <= operation; i++) {
        fprintf(stderr, "  %ld: %s\n", i, history[i % HISTORY]);
    }
    fprintf(stderr, "seed %s, operation %ld: %s (%s); size %zu\n", seed, operation, what, strerror(error), size);
    exit(1);
}

static void check(int good, const char *what) {
    if (!good) fail(what);
}

static void open_file(void) {
    fd = open(paths[current], O_RDWR);
    check(fd >= 0, "open");
}

static void compare(const unsigned char *found, size_t from, size_t length, const char *what) {
    for (size_t i = 0; i < length; i++) {
        if (found[i] != model[from + i]) {
            fprintf(stderr, "%s: byte %zu is %02x, not %02x (range %zu+%zu)\n", what, from + i, found[i], model[from + i], from, length);
            errno = 0;
            fail("mismatch");
        }
    }
}

static void check_size(void) {
    struct stat s;
    check(fstat(fd, &s) == 0, "fstat");
    if ((size_t)s.st_size != size) {
        fprintf(stderr, "size is %lld, not %zu\n", (long long)s.st_size, size);
        errno = 0;
        fail("size");
    }
}

static void fill(unsigned char *bytes, size_t length) {
    unsigned char stamp = (unsigned char)(1 + draw(255));
    for (size_t i = 0; i < length; i++) bytes[i] = (unsigned char)(stamp + i * 7);
}

static void grow(size_t end) {
    if (end > size) {
        memset(model + size, 0, end - size);
        size = end;
    }
}

static void range(size_t bound, size_t *from, size_t *length) {
    *from = draw(bound);
    *length = 1 + draw(draw(4) ? 9000 : bound);
    if (*length > bound - *from) *length = bound - *from;
}

static void do_read(void) {
    size_t from, length;
    range(most, &from, &length);
    note("read %zu+%zu", from, length);
    ssize_t got = pread(fd, scratch, length, (off_t)from);
    size_t expected = from >= size ? 0 : (length < size - from ? length : size - from);
    check(got >= 0, "pread");
    if ((size_t)got != expected) {
        fprintf(stderr, "read %zd bytes, not %zu\n", got, expected);
        fail("length");
    }
    compare(scratch, from, expected, "read");
}

static void do_write(void) {
    size_t from, length;
    range(most, &from, &length);
    note("write %zu+%zu", from, length);
    fill(scratch, length);
    check(pwrite(fd, scratch, length, (off_t)from) == (ssize_t)length, "pwrite");
    grow(from + length);
    memcpy(model + from, scratch, length);
}

static void do_append(void) {
    size_t length = 1 + draw(3000);
    if (length > most - size) return;
    note("append %zu+%zu", size, length);
    int appending = open(paths[current], O_WRONLY | O_APPEND);
    check(appending >= 0, "open to append");
    fill(scratch, length);
    check(write(appending, scratch, length) == (ssize_t)length, "append");
    check(close(appending) == 0, "close");
    size_t from = size;
    grow(from + length);
    memcpy(model + from, scratch, length);
}

static void do_map(int writes) {
    if (size == 0) return;
    size_t from, length;
    range(size, &from, &length);
    note("mapped %s %zu+%zu", writes ? "write" : "read", from, length);
    size_t page = from & ~(size_t)4095;
    unsigned char *at = mmap(NULL, from + length - page, writes ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, (off_t)page);
    check(at != MAP_FAILED, "mmap");
    if (writes) {
        fill(scratch, length);
        memcpy(at + (from - page), scratch, length);
        memcpy(model + from, scratch, length);
        if (draw(2)) check(msync(at, from + length - page, MS_SYNC) == 0, "msync");
    } else {
        compare(at + (from - page), from, length, "mapped read");
    }
    check(munmap(at, from + length - page) == 0, "munmap");
}

static void do_truncate(void) {
    size_t to = draw(most + 1);
    note("truncate %zu -> %zu", size, to);
    check(ftruncate(fd, (off_t)to) == 0, "ftruncate");
    if (to < size) size = to;
    grow(to);
}

static void do_fallocate(int mode, const char *name) {
    size_t from, length;
    range(most, &from, &length);
    note("%s %zu+%zu", name, from, length);
    check(fallocate(fd, mode, (off_t)from, (off_t)length) == 0, name);
    if (!(mode & FALLOC_FL_KEEP_SIZE)) grow(from + length);
    if (mode != 0 && from < size) memset(model + from, 0, length < size - from ? length : size - from);
}

static void do_copy(void) {
    size_t from, length;
    if (size < 2) return;
    range(size, &from, &length);
    size_t to = draw(most);
    if (length > most - to) length = most - to;
    size_t apart = from > to ? from - to : to - from;
    if (length > apart) length = apart;
    if (length == 0) return;
    note("copy %zu+%zu -> %zu", from, length, to);
    loff_t in = (loff_t)from, out = (loff_t)to;
    size_t left = length;
    while (left > 0) {
        ssize_t copied = copy_file_range(fd, &in, fd, &out, left, 0);
        check(copied > 0, "copy_file_range");
        left -= (size_t)copied;
    }
    memcpy(scratch, model + from, length);
    grow(to + length);
    memcpy(model + to, scratch, length);
}

static void do_reopen(void) {
    note("reopen");
    if (files > 1) check(fsync(fd) == 0, "fsync");
    check(close(fd) == 0, "close");
    current = (int)draw((uint64_t)files);
    open_file();
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: file-exerciser OPERATIONS SEED MOST_BYTES FILE [FILE...]\n");
        return 2;
    }
    long operations = atol(argv[1]);
    seed = argv[2];
    state = strtoull(seed, NULL, 10) * 2 + 1;
    most = strtoull(argv[3], NULL, 10);
    paths = argv + 4;
    files = argc - 4;
    model = calloc(1, most), scratch = malloc(most);
    fd = open(paths[0], O_RDWR | O_CREAT | O_TRUNC, 0644);
    check(fd >= 0, "create");
    for (operation = 0; operation < operations; operation++) {
        switch (draw(24)) {
        case 0: case 1: case 2: case 3: case 4: do_read(); break;
        case 5: case 6: case 7: case 8: do_write(); break;
        case 9: case 10: case 11: do_map(0); break;
        case 12: case 13: case 14: do_map(1); break;
        case 15: do_truncate(); break;
        case 16: do_fallocate(0, "allocate"); break;
        case 17: do_fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, "punch"); break;
        case 18: do_fallocate(FALLOC_FL_ZERO_RANGE | (draw(2) ? FALLOC_FL_KEEP_SIZE : 0) , "zero"); break;
        case 19: do_copy(); break;
        case 20: do_append(); break;
        case 21: note("fsync"); check(fsync(fd) == 0, "fsync"); break;
        case 22: note("size"); check_size(); break;
        default: do_reopen(); break;
        }
    }
    check(close(fd) == 0, "close");
    printf("%ld operations on %d file(s), seed %s: no mismatch\n", operations, files, seed);
    return 0;
}
