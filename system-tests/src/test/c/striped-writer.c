/* Writes every other stripe of a file, while another does the others by another mount. Stripes of pages are written through a mapping,
   others by write(2), in an order of their own; in the end all are synced.

   Usage: striped-writer FILE STRIPE_BYTES STRIPES FIRST SEED
   Stripes FIRST, FIRST + 2, … are written. Byte i of the file becomes (SEED + i * 31 + i / 251) modulo 256.

   striped-writer FILE STRIPE_BYTES STRIPES compares instead with what two writers of SEED 0 and 100 have written: the even stripes are
   of SEED 0, the odd ones of SEED 100. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int failed(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    return 1;
}

static unsigned char byte_at(long seed, size_t i) { return (unsigned char)(seed + (long)(i * 31 + i / 251)); }

static int compare(int fd, size_t stripe, size_t stripes) {
    unsigned char *found = malloc(stripe);
    for (size_t number = 0; number < stripes; number++) {
        if (pread(fd, found, stripe, (off_t)(number * stripe)) != (ssize_t)stripe) return failed("pread");
        for (size_t i = 0; i < stripe; i++) {
            unsigned char expected = byte_at(number % 2 ? 100 : 0, number * stripe + i);
            if (found[i] != expected) {
                fprintf(stderr, "stripe %zu, byte %zu is %02x, not %02x\n", number, i, found[i], expected);
                return 1;
            }
        }
    }
    printf("%zu stripes are right\n", stripes);
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 4 && argc != 6) {
        fprintf(stderr, "usage: striped-writer FILE STRIPE_BYTES STRIPES [FIRST SEED]\n");
        return 2;
    }
    size_t stripe = strtoull(argv[2], NULL, 10), stripes = strtoull(argv[3], NULL, 10);
    int fd = open(argv[1], argc == 4 ? O_RDONLY : O_RDWR);
    if (fd < 0) return failed(argv[1]);
    if (argc == 4) return compare(fd, stripe, stripes);

    size_t first = strtoull(argv[4], NULL, 10);
    long seed = atol(argv[5]);
    unsigned char *bytes = malloc(stripe);
    for (size_t done = 0; done < stripes; done += 2) { /* by steps of 7 pairs, so that neighbours come at different times */
        size_t number = (done * 7 + first) % stripes;
        for (size_t i = 0; i < stripe; i++) bytes[i] = byte_at(seed, number * stripe + i);
        if (stripe % 4096 == 0 && number % 4 < 2) {
            unsigned char *at = mmap(NULL, stripe, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)(number * stripe));
            if (at == MAP_FAILED) return failed("mmap");
            memcpy(at, bytes, stripe);
            if (msync(at, stripe, MS_SYNC) != 0) return failed("msync");
            munmap(at, stripe);
        } else if (pwrite(fd, bytes, stripe, (off_t)(number * stripe)) != (ssize_t)stripe) {
            return failed("pwrite");
        }
        if (done % 32 == 0 && fsync(fd) != 0) return failed("fsync");
    }
    if (fsync(fd) != 0) return failed("fsync");
    return close(fd) == 0 ? 0 : failed("close");
}
